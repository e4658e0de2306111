using Microsoft.Extensions.Logging;
using Watchkeeper.Monitoring.Probes;
using Watchkeeper.Monitoring.Rules;
using Watchkeeper.Monitoring.Schedule;

namespace Watchkeeper.Monitoring.Agents;

/// <summary>
/// Asks each slot when it is due and makes of the answer what it means. The hot path: it allocates nothing.
/// </summary>
internal sealed partial class WatchRounds(
    WatchTables tables, TimingWheel wheel, ReportBoard board, AgentHealth health, IProber prober, ILogger logger)
{
    /// <summary>
    /// A connecting probe keeps its own deadline; so long after it the agent is to blame for the missing answer.
    /// </summary>
    public static readonly TimeSpan Backstop = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Left between the longest time-out and the next beat, else a silent target would lose beats to the wheel's
    /// tick.
    /// </summary>
    private static readonly long Margin = TimeSpan.FromMilliseconds(10).Ticks;

    private int _waiting;

    /// <summary>When answers were last dropped because the inbox was full; silence since then says nothing.</summary>
    public long AnswersDroppedAt { get; set; } = WatchTables.Never;

    /// <summary>Questions sent since the start.</summary>
    public long Sent { get; private set; }

    /// <summary>Plans the next beat of a slot, or leaves it waiting for one that is due already.</summary>
    public void Plan(int index, long due)
    {
        ref var slot = ref tables.Slot(index);
        Unwait(ref slot);
        slot.Phase = SlotPhase.Planned;
        slot.Due = due;
        wheel.Schedule(index, due);
    }

    /// <summary>A slot's beat has come: asks, or waits for the end of the pause.</summary>
    public void Fire(int index, bool isPaused, long now)
    {
        ref var slot = ref tables.Slot(index);
        if (isPaused)
        {
            slot.Phase = SlotPhase.Waiting;
            _waiting++;
            return;
        }

        ref var target = ref tables.Target(slot.Target);
        if (slot.Kpi.IsAliveness && target.GapFrom != WatchTables.Never)
        {
            target.Gap = TimeSpan.FromTicks(now - target.GapFrom);
            target.GapFrom = WatchTables.Never;
            target.IsGapNews = true;
        }

        target.IsProbed = true;
        slot.Phase = SlotPhase.InFlight;
        slot.Due = Beat.Latest(slot.Due, slot.Kpi.PollFrequency.Ticks, now);
        slot.LastSent = now;
        board.Changed(slot.Target);
        var longest = Math.Max(slot.Kpi.PollFrequency.Ticks - Margin, 1);
        Ask(index, target.Endpoint, slot.Kpi, Math.Min(health.Stretch(slot.Kpi.Timeout.Ticks), longest), now);
    }

    /// <summary>Sends a question for a slot and puts its deadline into the wheel.</summary>
    public void Ask(
        int index, ProbeEndpoint endpoint, Kpi kpi, long timeout, long now, long latest = long.MaxValue)
    {
        var backstop = kpi.Collector == CollectorKind.IcmpPing ? 0 : Backstop.Ticks;
        wheel.Schedule(index, Math.Min(now + timeout + backstop, latest));
        Sent++;
        prober.Ask(new ProbeQuestion(
            index, tables.NextGeneration(index), endpoint, kpi, TimeSpan.FromTicks(timeout)));
    }

    /// <summary>The answer of a question whose deadline has passed.</summary>
    public ProbeAnswer AtDeadline(Kpi kpi, long sent)
    {
        if (kpi.Collector != CollectorKind.IcmpPing)
        {
            return ProbeAnswer.Unknown("the agent had no free probe");
        }

        return AnswersDroppedAt >= sent
            ? ProbeAnswer.Unknown("the agent lost answers")
            : ProbeAnswer.Silent("no answer in time");
    }

    /// <summary>What an answer is worth: an unwell agent takes no silence for granted.</summary>
    public ProbeAnswer Judge(ProbeAnswer answer) =>
        answer.Kind == ProbeAnswerKind.Silent && health.IsUnwell ? ProbeAnswer.Unknown("the agent is unwell") : answer;

    /// <summary>Ends the question of a slot: plans the next beat and folds the answer in.</summary>
    public void Conclude(int index, ProbeAnswer answer, long now)
    {
        ref var slot = ref tables.Slot(index);
        tables.NextGeneration(index);
        Plan(index, Beat.After(slot.Due, slot.Kpi.PollFrequency.Ticks, now));
        if (Sample.Of(Judge(answer).Kind) is not { } value)
        {
            return;
        }

        var condition = Sample.Meets(value, slot.Kpi);
        var (next, isChanged) = slot.State.Observe(condition, slot.Kpi);
        slot.State = next;
        var isRaised = isChanged || (slot.Kpi.ContinuousAlarm && condition && next.Believed == true);
        if (isRaised)
        {
            slot.Raised++;
            ref var target = ref tables.Target(slot.Target);
            LogRaised(target.Id, slot.Kpi.EventName, next.Believed, answer.Why);
        }

        if (isRaised || !slot.IsTold)
        {
            slot.IsTold = true;
            board.Decided(slot.Target);
        }
        else
        {
            board.Changed(slot.Target);
        }
    }

    /// <summary>A beat that failed within the agent says nothing about the target: the next one is planned.</summary>
    public void Miss(int index, long now)
    {
        ref var slot = ref tables.Slot(index);
        tables.NextGeneration(index);
        var interval = slot.Kpi.PollFrequency.Ticks;
        // Later than now, else what fails always would fire for ever.
        Plan(index, Beat.Latest(slot.Due, interval, now) + interval);
    }

    /// <summary>Takes a slot out of everything; answers on their way to it are void.</summary>
    public void Abandon(int index)
    {
        ref var slot = ref tables.Slot(index);
        tables.NextGeneration(index);
        wheel.Cancel(index);
        Unwait(ref slot);
    }

    /// <summary>After a pause: what fell due meanwhile is due now.</summary>
    public void EndWaiting()
    {
        for (var index = 0; _waiting > 0 && index < tables.SlotCount; index++)
        {
            if (tables.Slot(index).Phase == SlotPhase.Waiting)
            {
                Plan(index, tables.Slot(index).Due);
            }
        }
    }

    private void Unwait(ref WatchSlot slot)
    {
        if (slot.Phase == SlotPhase.Waiting)
        {
            _waiting--;
            slot.Phase = SlotPhase.Planned;
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Target} raised {Event}, believed {Believed}: {Reason}")]
    private partial void LogRaised(TargetId target, string @event, bool? believed, string? reason);
}
