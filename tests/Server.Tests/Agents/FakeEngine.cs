using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Monitoring.Probes;
using Watchkeeper.Monitoring.Protocol;

namespace Server.Tests.Agents;

/// <summary>An engine without a probe: holds what it is told, and reports what the test wants.</summary>
internal sealed class FakeEngine : ILinkedEngine
{
    private readonly Signal _verdict = new();

    public Dictionary<TargetId, AssignmentEpoch> Watched { get; } = [];

    public List<MonitorReport> Verdicts { get; } = [];

    public List<MonitorReport> Counters { get; } = [];

    public List<TargetEpoch> Released { get; } = [];

    public HashSet<TargetId> Refused { get; } = [];

    /// <summary>Requests to unset are never answered.</summary>
    public bool HangsUnsets { get; set; }

    public bool IsPaused { get; private set; }

    public int Resumes { get; private set; }

    public int ToldAll { get; private set; }

    public Action? ClockJumped { get; set; }

    public int Monitors => Watched.Count;

    public double ProbesPerSecond => 1;

    public Task<ImmutableArray<SetOutcome>> SetAsync(
        ImmutableArray<Assignment> assignments, CancellationToken cancellationToken)
    {
        var outcomes = ImmutableArray.CreateBuilder<SetOutcome>();
        foreach (var assignment in assignments)
        {
            var refusal = Refused.Contains(assignment.Target) ? "no" : null;
            outcomes.Add(new SetOutcome(assignment.Target, assignment.Epoch, refusal));
            if (refusal is not null)
            {
                break;
            }

            Watched[assignment.Target] = assignment.Epoch;
        }

        return Task.FromResult(outcomes.ToImmutable());
    }

    public Task<ImmutableArray<UnsetOutcome>> UnsetAsync(
        ImmutableArray<TargetEpoch> targets, TimeSpan hold, CancellationToken cancellationToken) => HangsUnsets
        ? new TaskCompletionSource<ImmutableArray<UnsetOutcome>>().Task.WaitAsync(cancellationToken)
        : LeaveAsync(targets, cancellationToken);

    public Task<ImmutableArray<UnsetOutcome>> LeaveAsync(
        ImmutableArray<TargetEpoch> targets, CancellationToken cancellationToken)
    {
        foreach (var target in targets)
        {
            Watched.Remove(target.Target);
        }

        return Task.FromResult(targets.Select(t => new UnsetOutcome(t.Target, t.Epoch, null, [])).ToImmutableArray());
    }

    public void Release(ImmutableArray<TargetEpoch> targets) => Released.AddRange(targets);

    public Task<ImmutableArray<LookOutcome>> LookAsync(
        ImmutableArray<LookRequest> targets, CancellationToken cancellationToken) =>
        Task.FromResult(targets.Select(t => new LookOutcome(t.Target, ProbeAnswer.Alive)).ToImmutableArray());

    public Task<ImmutableArray<Holding>> HoldingsAsync(CancellationToken cancellationToken) =>
        Task.FromResult(Watched.Select(held => new Holding(held.Key, held.Value, true)).ToImmutableArray());

    public void Pause() => IsPaused = true;

    public void Unpause()
    {
        IsPaused = false;
        Resumes++;
    }

    public async Task WaitForVerdictsAsync(CancellationToken cancellationToken) =>
        await _verdict.WaitAsync(cancellationToken);

    public ImmutableArray<MonitorReport> TakeReports(int most, bool verdictsOnly)
    {
        var from = verdictsOnly || Verdicts.Count > 0 ? Verdicts : Counters;
        ImmutableArray<MonitorReport> taken = [.. from.Take(most)];
        from.RemoveRange(0, taken.Length);
        return taken;
    }

    public void TellAll() => ToldAll++;

    public void Decide(params ImmutableArray<MonitorReport> reports)
    {
        Verdicts.AddRange(reports);
        _verdict.Raise();
    }
}
