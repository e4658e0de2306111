using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Agents;

/// <summary>Stores what a verdict says, before anybody acts.</summary>
internal sealed partial class VerdictStoring(
    Assignments assignments,
    Store store,
    LevelBook levels,
    VerdictMetrics metrics,
    VerdictWrites writes,
    ILogger<VerdictStoring> logger)
{
    /// <summary>Tries of one verdict against writers that were faster; then its batch is taken again.</summary>
    private const int MostTries = 8;

    /// <summary>
    /// Stores a verdict. The level, the VM's state and the event are one commit, which holds only while the VM's row is
    /// the one that it was judged against.
    /// </summary>
    public async Task StoreAsync(string agent, MonitorReport report, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < MostTries; attempt++)
        {
            if (!assignments.IsJudge(agent, report, out var vnfc))
            {
                metrics.VerdictDropped();
                return;
            }

            var next = KpiEvents.After(vnfc, report);
            var level = writes.LevelOf(report);
            try
            {
                await store.CommitAsync(writes.Of(agent, vnfc, next, report, level), cancellationToken);
                levels.Stored(level);
                metrics.VerdictAccepted();
                Show(agent, vnfc, next);
                return;
            }
            catch (StoreConflictException)
            {
                var rows = await store.VnfcsAsync(vnfc.Vnfc.VnfInstanceId, cancellationToken);
                if (!rows.Any(row => row.Target == report.Target))
                {
                    metrics.VerdictDropped();
                    return;
                }

                assignments.Refreshed(rows);
            }
        }

        LogVerdictPutBack(agent, report.Target, MostTries);
        throw new StoreConflictException($"The row of {report.Target} does not hold still.");
    }

    private void Show(string agent, WatchedVnfc vnfc, WatchedVnfc next)
    {
        if (!ReferenceEquals(next, vnfc))
        {
            assignments.Refreshed(MonitorSetting.Stored(next));
        }

        if (next.Vnfc.State != vnfc.Vnfc.State)
        {
            LogVmStateEntered(vnfc.Vnfc.VnfInstanceId, vnfc.Target, next.Vnfc.State, agent, vnfc.Vnfc.Epoch);
        }
    }

    [LoggerMessage(Level = LogLevel.Information,
        Message = "{VnfInstanceId}: {Target} is {State} by {Agent}, epoch {Epoch}")]
    private partial void LogVmStateEntered(
        VnfInstanceId vnfInstanceId, TargetId target, VmState state, string agent, long epoch);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "A verdict of {Agent} on {Target} was not stored in {Tries} tries; it is taken again")]
    private partial void LogVerdictPutBack(string agent, TargetId target, int tries);
}
