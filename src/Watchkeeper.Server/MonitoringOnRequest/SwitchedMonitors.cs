using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Server.Agents;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.MonitoringOnRequest;

/// <summary>One VM whose monitoring was switched: its row before, and as it is stored now.</summary>
internal sealed record SwitchedVnfc(WatchedVnfc Before, WatchedVnfc After);

/// <summary>Tells agents what a switch has stored. What does not reach them is made good at their next connect.</summary>
internal sealed class SwitchedMonitors(
    MonitorSetting setting, MonitorUnsetting unsetting, MonitorMarks marks, LevelBook levels, Store store,
    TimeProvider time)
{
    /// <summary>Has agents leave VMs, and keeps the state that they hand over.</summary>
    public async Task LeaveAsync(ImmutableArray<SwitchedVnfc> rows, CancellationToken cancellationToken)
    {
        var results = await unsetting.UnsetAsync(
            [.. rows.Select(row => row.Before)], isForGood: true, cancellationToken);
        var now = time.GetUtcNow();
        ImmutableArray<StoredLevel> handedOver =
        [
            .. results.Where(result => !result.Carried.IsEmpty).Select(result => new StoredLevel(
                result.Vnfc.Target, new AssignmentEpoch(result.Vnfc.Vnfc.Epoch), result.Carried, now)),
        ];
        await store.CommitAsync([.. handedOver.Select(LevelTable.Put)], cancellationToken);
        foreach (var level in handedOver)
        {
            levels.Stored(level);
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
                    result.Vnfc.Target,
                    new AssignmentEpoch(result.Vnfc.Vnfc.Epoch),
                    result.Vnfc.Vnfc.Monitor,
                    cancellationToken);
            }
        }
    }
}
