using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Agents;

/// <summary>
/// Told when a VM that has changed hands was probed again: the time from the former agent's last probe.
/// </summary>
internal delegate void GapMeasured(Vnfc vnfc, TimeSpan gap);

/// <summary>
/// Lets a report through only under the current epoch of its target, and stores what it says before anybody acts.
/// </summary>
internal sealed partial class ReportGate(
    Assignments assignments,
    Store store,
    GapMeasured gapMeasured,
    LevelBook levels,
    CarriedStates carried,
    VerdictMetrics metrics,
    TimeProvider time,
    ILogger<ReportGate> logger)
{
    /// <summary>Tries of one report against writers that were faster; then its batch is taken again.</summary>
    private const int MostTries = 8;

    /// <summary>Takes reports of one agent.</summary>
    /// <returns>What the agent must stop watching: its epoch is not the current one, or it is not the agent
    /// named.</returns>
    public async Task<ImmutableArray<TargetEpoch>> TakeAsync(
        string agent, ImmutableArray<MonitorReport> reports, CancellationToken cancellationToken)
    {
        var fenced = ImmutableArray.CreateBuilder<TargetEpoch>();
        var commits = new List<Task>();
        foreach (var report in reports)
        {
            if (!IsCurrent(agent, report, out var vnfc))
            {
                fenced.Add(new TargetEpoch(report.Target, report.Epoch));
                if (report.IsVerdict)
                {
                    metrics.VerdictDropped();
                    LogVerdictDropped(agent, report.Target, report.Epoch, vnfc?.Vnfc.Epoch);
                }

                continue;
            }

            carried.Reported(report.Target, report.Epoch);
            if (report.Gap is { } gap)
            {
                gapMeasured(vnfc!.Vnfc, gap);
            }

            if (report.IsVerdict)
            {
                commits.Add(StoreAsync(agent, report, cancellationToken));
            }
        }

        await Task.WhenAll(commits);
        return fenced.ToImmutable();
    }

    private bool IsCurrent(string agent, MonitorReport report, out WatchedVnfc? vnfc) =>
        assignments.TryFind(report.Target, out vnfc)
        && vnfc.Vnfc.Epoch == report.Epoch.Value
        && string.Equals(vnfc.Vnfc.Agent, agent, StringComparison.Ordinal);

    // The level, the VM's state and the event are one commit, and it holds only while the epoch does.
    private async Task StoreAsync(string agent, MonitorReport report, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < MostTries; attempt++)
        {
            if (!IsCurrent(agent, report, out var found) || found is not { } vnfc)
            {
                metrics.VerdictDropped();
                return;
            }

            var (next, level, writes) = Judge(agent, vnfc, report);
            try
            {
                await store.CommitAsync(writes, cancellationToken);
                levels.Stored(level);
                metrics.VerdictAccepted();
                if (next.Vnfc.State != vnfc.Vnfc.State)
                {
                    assignments.Refreshed(next with { Vnfc = next.Vnfc with { Version = next.Vnfc.Version + 1 } });
                    LogVmStateEntered(vnfc.Vnfc.VnfInstanceId, report.Target, next.Vnfc.State, agent, report.Epoch);
                }

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

    private (WatchedVnfc Next, StoredLevel Level, ImmutableArray<Write> Writes) Judge(
        string agent, WatchedVnfc vnfc, MonitorReport report)
    {
        var now = time.GetUtcNow();
        var next = vnfc with { Vnfc = vnfc.Vnfc with { State = KpiEvents.StateAfter(vnfc, report) } };
        var level = new StoredLevel(report.Target, report.Epoch, report.Kpis, now);
        var writes = ImmutableArray.CreateBuilder<Write>();
        writes.Add(next.Vnfc.State == vnfc.Vnfc.State
            ? VnfcTable.DemandEpoch(vnfc.Vnfc)
            : VnfcTable.Update(next.Vnfc));
        writes.Add(LevelTable.Put(level));
        writes.AddRange(KpiEvents.Of(vnfc, levels.Find(report.Target), report, agent, now).Select(EventTable.Append));
        return (next, level, writes.ToImmutable());
    }

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "Dropped a verdict of {Agent} on {Target}: its epoch {Epoch} is not the current {CurrentEpoch}")]
    private partial void LogVerdictDropped(string agent, TargetId target, AssignmentEpoch epoch, long? currentEpoch);

    [LoggerMessage(Level = LogLevel.Information,
        Message = "{VnfInstanceId}: {Target} is {State} by {Agent}, epoch {Epoch}")]
    private partial void LogVmStateEntered(
        VnfInstanceId vnfInstanceId, TargetId target, VmState state, string agent, AssignmentEpoch epoch);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "A verdict of {Agent} on {Target} was not stored in {Tries} tries; it is taken again")]
    private partial void LogVerdictPutBack(string agent, TargetId target, int tries);
}
