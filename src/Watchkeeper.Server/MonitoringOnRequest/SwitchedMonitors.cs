using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Server.Agents;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.MonitoringOnRequest;

/// <summary>One VM whose monitoring was switched: its row before, and as it is stored now.</summary>
internal sealed record SwitchedVnfc(WatchedVnfc Before, WatchedVnfc After);

/// <summary>
/// Tells agents what a switch has stored. What does not reach them is made good at their next connect.
/// </summary>
internal sealed class SwitchedMonitors(
    MonitorSetting setting, MonitorUnsetting unsetting, MonitorMarks marks, Store store)
{
    /// <summary>Has agents leave VMs, and keeps the state that they hand over.</summary>
    public async Task LeaveAsync(ImmutableArray<SwitchedVnfc> rows, CancellationToken cancellationToken)
    {
        var results = await unsetting.UnsetAsync(
            [.. rows.Select(row => row.Before)], isForGood: true, cancellationToken);
        var after = rows.ToDictionary(row => row.After.Target, row => row.After.Vnfc);
        await Task.WhenAll(results.Select(
            result => KeepAsync(after[result.Vnfc.Target], unsetting.LevelsOf([result]), cancellationToken)));
    }

    private async Task KeepAsync(Vnfc vnfc, ImmutableArray<Write> levels, CancellationToken cancellationToken)
    {
        try
        {
            await store.CommitAsync(levels.IsEmpty ? [] : [VnfcTable.DemandEpoch(vnfc), .. levels], cancellationToken);
        }
        catch (StoreConflictException)
        {
            // It is watched again already, or gone: what its last agent handed over is old.
        }
    }

    /// <summary>Has agents take VMs, and marks what became of it.</summary>
    public async Task TakeAsync(IEnumerable<WatchedVnfc> vnfcs, CancellationToken cancellationToken)
    {
        foreach (var batch in vnfcs.GroupBy(vnfc => vnfc.Vnfc.Agent!, StringComparer.Ordinal))
        {
            var results = await setting.SendAsync([.. batch], batch.Key, cancellationToken);
            foreach (var result in results.Where(result => !result.IsSkipped))
            {
                await marks.MarkAsync(
                    new TargetEpoch(result.Vnfc.Target, new AssignmentEpoch(result.Vnfc.Vnfc.Epoch)),
                    result.Vnfc.Vnfc.Monitor,
                    also: [],
                    cancellationToken);
            }
        }
    }
}
