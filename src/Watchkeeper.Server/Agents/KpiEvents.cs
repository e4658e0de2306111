using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Agents;

/// <summary>
/// Says what a report changes, compared with what is stored: the VM's state, and the events it is worth.
/// </summary>
internal static class KpiEvents
{
    /// <summary>The VM's state after a report. Only a VM that is up or down by its monitor changes: one that is being
    /// made, stopped or removed is its operation's.</summary>
    public static VmState StateAfter(WatchedVnfc vnfc, MonitorReport report)
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

    /// <summary>The events of a report. Aliveness is one when it changes the VM's state; another KPI when its belief
    /// differs from the stored level's.</summary>
    /// <param name="vnfc">The VM.</param>
    /// <param name="stored">Its level as it is stored; null when none is.</param>
    /// <param name="report">The report.</param>
    /// <param name="agent">The agent that reports.</param>
    /// <param name="now">The time of the events.</param>
    public static IEnumerable<CoreEvent> Of(
        WatchedVnfc vnfc, StoredLevel? stored, MonitorReport report, string agent, DateTimeOffset now)
    {
        var after = StateAfter(vnfc, report);
        if (after != vnfc.Vnfc.State)
        {
            yield return AlivenessOf(vnfc, after == VmState.Alive, agent, now);
        }

        foreach (var kpi in report.Kpis.Where(kpi => IsOther(vnfc, kpi.EventName)))
        {
            var former = stored?.Kpis
                .Where(other => string.Equals(other.EventName, kpi.EventName, StringComparison.Ordinal))
                .Select(other => other.State.Believed)
                .FirstOrDefault();
            if (kpi.State.Believed is { } believed && believed != former)
            {
                var detail = believed ? "holds" : "does not hold";
                yield return EventOf(
                    vnfc, kpi.EventName, believed, agent, $"{kpi.EventName} {detail} at {vnfc.Vnfc.Address}", now);
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
