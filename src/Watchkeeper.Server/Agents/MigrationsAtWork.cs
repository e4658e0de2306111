using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Agents;

/// <summary>
/// Which VNF instances a migration has in hand just now: the monitors that it has taken off are its own to settle.
/// </summary>
internal sealed class MigrationsAtWork(Store store)
{
    /// <summary>Of some VMs, the instances that a migration has in hand.</summary>
    public async Task<ImmutableHashSet<VnfInstanceId>> AmongAsync(
        IEnumerable<WatchedVnfc> vnfcs, CancellationToken cancellationToken) => vnfcs.Any()
        ?
        [
            .. (await store.OpenOccurrencesAsync(cancellationToken))
                .Where(open => open.Operation == LcmOperationType.MonitoringMigration && open.IsAtWork)
                .Select(open => open.VnfInstanceId),
        ]
        : [];
}
