using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Agents;

/// <summary>
/// Says what a report changes, compared with what is stored: the VM's state, and the events it is worth.
/// </summary>
internal static class KpiEvents
{
    /// <summary>The VM after a report; the very same when nothing of it changes.</summary>
    public static WatchedVnfc After(WatchedVnfc vnfc, MonitorReport report)
    {
        var state = StateAfter(vnfc, report);
        var news = NewsIn(vnfc, report).ToList();
        if (state == vnfc.Vnfc.State && news.Count == 0)
        {
            return vnfc;
        }

        ImmutableArray<ToldBelief>? told = news.Count == 0
            ? vnfc.Vnfc.Told
            :
            [
                .. (vnfc.Vnfc.Told ?? []).Where(former => !news.Any(now => now.EventName == former.EventName)),
                .. news,
            ];
        return vnfc with { Vnfc = vnfc.Vnfc with { State = state, Told = told } };
    }

    /// <summary>The events of a report. Aliveness is one when it changes the VM's state; another KPI when its belief is
    /// not what was last told of it.</summary>
    /// <param name="vnfc">The VM.</param>
    /// <param name="after">The VM after the report.</param>
    /// <param name="report">The report.</param>
    /// <param name="agent">The agent that reports.</param>
    /// <param name="now">The time of the events.</param>
    public static IEnumerable<CoreEvent> Of(
        WatchedVnfc vnfc, WatchedVnfc after, MonitorReport report, string agent, DateTimeOffset now)
    {
        if (after.Vnfc.State != vnfc.Vnfc.State)
        {
            yield return AlivenessOf(vnfc, after.Vnfc.State == VmState.Alive, agent, now);
        }

        foreach (var (eventName, believed) in NewsIn(vnfc, report))
        {
            var detail = believed ? "holds" : "does not hold";
            yield return EventOf(
                vnfc, eventName, believed, agent, $"{eventName} {detail} at {vnfc.Vnfc.Address}", now);
        }
    }

    // Only a VM that is up or down by its monitor changes: one that is being made, stopped or removed is its
    // operation's.
    private static VmState StateAfter(WatchedVnfc vnfc, MonitorReport report)
    {
        var aliveness = vnfc.Monitoring.Kpis.First(kpi => kpi.IsAliveness).EventName;
        var believed = report.Kpis
            .Where(kpi => string.Equals(kpi.EventName, aliveness, StringComparison.Ordinal))
            .Select(kpi => kpi.State.Believed)
            .FirstOrDefault();
        return (vnfc.Vnfc.State, believed) switch
        {
            (VmState.Inert or VmState.Error, true) => VmState.Alive,
            (VmState.Alive, false) => VmState.Error,
            var (state, _) => state,
        };
    }

    // Compared with what was told, not with what is stored: a belief may be stored on its way from agent to agent, or
    // with its counters, before anybody was told of it.
    private static IEnumerable<ToldBelief> NewsIn(WatchedVnfc vnfc, MonitorReport report)
    {
        foreach (var kpi in report.Kpis.Where(kpi => IsOther(vnfc, kpi.EventName)))
        {
            if (kpi.State.Believed is { } believed
                && !(vnfc.Vnfc.Told ?? []).Contains(new ToldBelief(kpi.EventName, believed)))
            {
                yield return new ToldBelief(kpi.EventName, believed);
            }
        }
    }

    // An agent tells of what it was given: a KPI that the VM does not have makes no event.
    private static bool IsOther(WatchedVnfc vnfc, string eventName) => vnfc.Monitoring.Kpis.Any(kpi =>
        !kpi.IsAliveness && string.Equals(kpi.EventName, eventName, StringComparison.Ordinal));

    private static CoreEvent AlivenessOf(WatchedVnfc vnfc, bool isAlive, string agent, DateTimeOffset now) => EventOf(
        vnfc,
        "VM_ALIVE",
        isAlive,
        agent,
        isAlive ? $"{vnfc.Vnfc.Address} answers" : $"{vnfc.Vnfc.Address} does not answer any more",
        now);

    private static CoreEvent EventOf(
        WatchedVnfc vnfc, string type, bool isSuccess, string agent, string detail, DateTimeOffset now) => new(
        type,
        isSuccess ? "SUCCESS" : "FAILURE",
        vnfc.Vnfc.VnfInstanceId,
        vnfc.Vnfc.Id,
        OperationId: null,
        agent,
        vnfc.Vnfc.Epoch,
        detail,
        now);
}
