using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Lifecycle.Operations;

namespace Watchkeeper.Server.Storage;

/// <summary>The truth: reads what is stored, and commits units of writes, all or nothing.</summary>
internal sealed class Store
{
    /// <summary>Commits a unit: returns when it is durable.</summary>
    /// <exception cref="StoreConflictException">A row was changed or made meanwhile; nothing was stored.</exception>
    /// <exception cref="StoreUnavailableException">The store takes no writes now; nothing was stored.</exception>
    public Task CommitAsync(ImmutableArray<Write> writes, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<VnfInstance?> FindInstanceAsync(VnfInstanceId id, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    /// <summary>A page in the order of ids: those after <paramref name="after"/>, at most <paramref name="count"/>.</summary>
    public Task<ImmutableArray<VnfInstance>> InstancesAsync(
        VnfInstanceId? after, int count, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<VnfLcmOpOcc?> FindOccurrenceAsync(OperationId id, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<ImmutableArray<VnfLcmOpOcc>> OccurrencesAsync(
        OperationId? after, int count, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>The occurrence that holds a VNF instance; null when none does.</summary>
    public Task<VnfLcmOpOcc?> FindOpenOccurrenceAsync(VnfInstanceId id, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    /// <summary>All occurrences that have not ended, FAILED_TEMP included.</summary>
    public Task<ImmutableArray<VnfLcmOpOcc>> OpenOccurrencesAsync(CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    /// <summary>The VMs of one VNF instance, in the order of their ids.</summary>
    public Task<ImmutableArray<WatchedVnfc>> VnfcsAsync(VnfInstanceId id, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    /// <summary>The VMs of all VNF instances: read once, at start.</summary>
    public Task<ImmutableArray<WatchedVnfc>> AllVnfcsAsync(CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    /// <summary>All stored levels: read once, at start.</summary>
    public Task<ImmutableArray<StoredLevel>> LevelsAsync(CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    /// <summary>Core events after an id, optionally of one VNF instance, oldest first.</summary>
    public Task<ImmutableArray<StoredEvent>> EventsAsync(
        long after, VnfInstanceId? vnfInstanceId, int count, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    /// <summary>Notification entries after a position, oldest first.</summary>
    public Task<ImmutableArray<StoredNotification>> NotificationsAsync(
        long after, int count, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<ImmutableArray<SubscriptionRow>> SubscriptionsAsync(CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<SubscriptionRow?> FindSubscriptionAsync(Guid id, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<ImmutableArray<AgentRow>> AgentsAsync(CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<ImmutableArray<PackageRow>> PackagesAsync(CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<PackageRow?> FindPackageAsync(string vnfdId, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    /// <summary>Returns at the next commit that touches one of the topics, after the last call by this reader or now.</summary>
    /// <param name="topics">What the reader waits for.</param>
    /// <param name="seen">The stamp that the reader saw last; 0 at first.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The stamp to pass next time.</returns>
    public Task<long> WaitAsync(Topics topics, long seen, CancellationToken cancellationToken) =>
        throw new NotSupportedException();
}
