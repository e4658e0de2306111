using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Agents;

/// <summary>What is stored with a verdict: the level, the VM's state, its events, and what follows from its state.
/// </summary>
internal sealed class VerdictWrites(MonitorWrites monitors, TimeProvider time)
{
    /// <summary>The level that a verdict states.</summary>
    public StoredLevel LevelOf(MonitorReport report) =>
        new(report.Target, report.Epoch, report.Kpis, time.GetUtcNow());

    /// <summary>
    /// The writes of a verdict, which hold only while the VM is as it was when it was judged: one that changes nothing
    /// may follow one that does, and is not shown yet.
    /// </summary>
    /// <param name="agent">The agent that reports.</param>
    /// <param name="vnfc">The VM as it is stored.</param>
    /// <param name="next">The VM after the report; the very same when nothing of it changes.</param>
    /// <param name="report">The report.</param>
    /// <param name="level">The level that it states.</param>
    public ImmutableArray<Write> Of(
        string agent, WatchedVnfc vnfc, WatchedVnfc next, MonitorReport report, StoredLevel level) =>
    [
        .. RowOf(vnfc, next),
        LevelTable.Put(level),
        .. KpiEvents.Of(vnfc, next, report, agent, level.At).Select(EventTable.Append),
    ];

    private ImmutableArray<Write> RowOf(WatchedVnfc vnfc, WatchedVnfc next) =>
        ReferenceEquals(next, vnfc) ? [VnfcDemand.Unchanged(vnfc.Vnfc)]
        : next.Vnfc.State != vnfc.Vnfc.State ? monitors.Judged(next.Vnfc)
        : [VnfcTable.Update(next.Vnfc)];
}
