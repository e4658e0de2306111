using Watchkeeper.Monitoring.Probes;
using Watchkeeper.Monitoring.Rules;
using Watchkeeper.Monitoring.Schedule;

namespace Watchkeeper.Monitoring.Agents;

/// <summary>Looks at targets once, on request: up to three tries, all of them within one second.</summary>
/// <remarks>
/// However many are looked at, and whatever they answer, each look ends when its second does: nobody waits longer for
/// an honest Unknown than for an answer. Silent is only said of a target that was asked and kept silent.
/// </remarks>
internal sealed class LookRounds(WatchTables tables, TimingWheel wheel, WatchRounds rounds)
{
    /// <summary>Tries of one look.</summary>
    public const int Tries = 3;

    /// <summary>The time that all tries of one look take at most.</summary>
    public static readonly TimeSpan Budget = TimeSpan.FromSeconds(1);

    /// <summary>Looks that are under way at the same time; more are answered Unknown at once.</summary>
    public const int Concurrent = 20_000;

    private static readonly long Spacing = Budget.Ticks / Tries;

    private static readonly ProbeAnswer Failure = ProbeAnswer.Unknown("the agent failed to ask");

    private readonly Dictionary<int, Look> _looks = [];

    /// <summary>Starts looking; the batch is completed by later turns of the loop.</summary>
    public void Begin(LookBatch batch, long now)
    {
        for (var position = 0; position < batch.Requests.Length; position++)
        {
            var request = batch.Requests[position];
            if (!AssignmentCheck.TryParse(request.Address, out var endpoint))
            {
                batch.Ended(position, ProbeAnswer.Unknown("the address is not an IP address of a single host"));
            }
            else if (AssignmentCheck.RefusalOf(request.Kpi, endpoint) is { } refusal)
            {
                batch.Ended(position, ProbeAnswer.Unknown(refusal));
            }
            else if (_looks.Count >= Concurrent)
            {
                batch.Ended(position, ProbeAnswer.Unknown("the agent looks at too many targets already"));
            }
            else
            {
                var look = new Look(batch, position, endpoint) { Begun = now };
                var slot = tables.AddSlot(look.Kpi, SlotPhase.Looking);
                _looks.Add(slot, look);
                Try(slot, look, now);
            }
        }
    }

    /// <summary>The wheel says that a try's time has come, or its deadline.</summary>
    public void Due(int slot, long now)
    {
        var look = _looks[slot];
        if (look.IsAsking)
        {
            Answered(slot, look.HasFailed ? Failure : rounds.AtDeadline(look.Kpi, look.Sent), now);
        }
        else
        {
            Try(slot, look, now);
        }
    }

    /// <summary>A try failed within the agent: it ends at the given time, and says nothing about the target.</summary>
    public void Failed(int slot, long due)
    {
        _looks[slot].HasFailed = true;
        wheel.Schedule(slot, due);
    }

    /// <summary>A try was answered.</summary>
    public void Answered(int slot, ProbeAnswer answer, long now)
    {
        var look = _looks[slot];
        tables.NextGeneration(slot);
        look.IsAsking = false;
        answer = rounds.Judge(answer);
        if (answer.Kind != ProbeAnswerKind.Unknown || look.Answer is null)
        {
            look.Answer = answer;
        }

        var nextTry = look.Begun + (look.Tried * Spacing);
        if (answer.Kind != ProbeAnswerKind.Alive && look.Tried < Tries && now < look.Begun + Budget.Ticks)
        {
            wheel.Schedule(slot, Math.Max(nextTry, now));
            return;
        }

        wheel.Cancel(slot);
        _looks.Remove(slot);
        tables.RemoveSlot(slot);
        look.Batch.Ended(look.Position, look.Answer.Value);
    }

    /// <summary>Ends all looks: the engine stops.</summary>
    public void FailAll(Exception error)
    {
        foreach (var look in _looks.Values)
        {
            look.Batch.Fail(error);
        }
    }

    private void Try(int slot, Look look, long now)
    {
        look.Tried++;
        look.HasFailed = false;
        look.IsAsking = true;
        look.Sent = now;

        // A probe that waits for its turn on the agent is not waited for beyond the look.
        rounds.Ask(slot, look.Endpoint, look.Kpi, Spacing, now, latest: look.Begun + Budget.Ticks);
    }

    private sealed class Look(LookBatch batch, int position, ProbeEndpoint endpoint)
    {
        public LookBatch Batch => batch;

        public int Position => position;

        public ProbeEndpoint Endpoint => endpoint;

        public Kpi Kpi => batch.Requests[position].Kpi;

        public int Tried { get; set; }

        public bool IsAsking { get; set; }

        public bool HasFailed { get; set; }

        public long Begun { get; set; }

        public long Sent { get; set; }

        public ProbeAnswer? Answer { get; set; }
    }
}
