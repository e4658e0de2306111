using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Agents;

/// <summary>
/// Told when a VM that has changed hands was probed again: the time from the former agent's last probe.
/// </summary>
internal delegate void GapMeasured(Vnfc vnfc, TimeSpan gap);

/// <summary>Lets a report through only under the current epoch of its target.</summary>
/// <remarks>
/// A report never marks a VM as watched. One that was on its way when its agent was asked to leave would make a sleeper
/// look watched; marks follow what agents answer, and what they hold when they connect.
/// </remarks>
internal sealed partial class ReportGate(
    Assignments assignments,
    VerdictStoring verdicts,
    GapMeasured gapMeasured,
    KnownStates states,
    VerdictMetrics metrics,
    ILogger<ReportGate> logger)
{
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
            if (!assignments.IsJudge(agent, report, out var vnfc))
            {
                Fence(agent, report, vnfc);
                fenced.Add(new TargetEpoch(report.Target, report.Epoch));
                continue;
            }

            states.Reported(agent, report, vnfc.Vnfc);
            if (report.Gap is { } gap)
            {
                gapMeasured(vnfc.Vnfc, gap);
            }

            if (report.IsVerdict)
            {
                commits.Add(verdicts.StoreAsync(agent, report, cancellationToken));
            }
        }

        await Task.WhenAll(commits);
        return fenced.ToImmutable();
    }

    private void Fence(string agent, MonitorReport report, WatchedVnfc? watched)
    {
        if (report.IsVerdict)
        {
            metrics.VerdictDropped();
            LogVerdictDropped(agent, report.Target, report.Epoch, watched?.Vnfc.Epoch);
        }

        // It judges nothing any more, but nobody else counts yet: what it counted goes with the set that is to come.
        // Also of one whose set was given up, and that took the VM all the same.
        if (watched?.Vnfc is { Monitor: not MonitorState.Set } vnfc
            && (report.Epoch.Value > vnfc.HeldEpoch || IsHeldBy(agent, vnfc, report))
            && report.Epoch.Value <= vnfc.Epoch)
        {
            states.Heard(agent, report);
        }
    }

    private static bool IsHeldBy(string agent, Vnfc vnfc, MonitorReport report) =>
        vnfc.HeldEpoch == report.Epoch.Value && string.Equals(vnfc.HeldBy, agent, StringComparison.Ordinal);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "Dropped a verdict of {Agent} on {Target}: its epoch {Epoch} is not the current {CurrentEpoch}")]
    private partial void LogVerdictDropped(string agent, TargetId target, AssignmentEpoch epoch, long? currentEpoch);
}
