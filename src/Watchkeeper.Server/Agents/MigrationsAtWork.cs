using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Agents;

/// <summary>
/// Which VNF instances a migration has in hand just now: the monitors that it has taken off are its own to settle.
/// </summary>
internal sealed class MigrationsAtWork(Store store)
{
    /// <summary>
    /// Whether an occurrence is at work. One in FAILED_TEMP waits for somebody, and holds up no watch.
    /// </summary>
    public static bool IsAtWork(VnfLcmOpOcc operation) => operation.State is LcmOperationState.Starting
        or LcmOperationState.Processing or LcmOperationState.RollingBack;

    /// <summary>Of some VMs, the instances that a migration has in hand.</summary>
    public async Task<ImmutableHashSet<VnfInstanceId>> AmongAsync(
        IEnumerable<WatchedVnfc> vnfcs, CancellationToken cancellationToken) => vnfcs.Any()
        ?
        [
            .. (await store.OpenOccurrencesAsync(cancellationToken))
                .Where(open => open.Operation == LcmOperationType.MonitoringMigration && IsAtWork(open))
                .Select(open => open.VnfInstanceId),
        ]
        : [];
}
