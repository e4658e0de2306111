using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Server.Agents;
using Watchkeeper.Server.Agents.Reconciling;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Faults;

/// <summary>Raises the alarm of VMs that have been without their agent for <c>unwatched.guardAfter</c>.</summary>
/// <remarks>
/// Cleared by the mark that ends it, in its transaction. Raised here only while the row is still as it was looked at,
/// so that no alarm can come after its end.
/// </remarks>
internal sealed class UnwatchedAlarms(
    Assignments assignments, VmAlarms alarms, UnwatchedTimes times, Store store, ReconcileSettings settings)
    : IAlarmRound
{
    /// <summary>Alarms raised in one look, so that the loss of a large agent does not fill the store's queue.</summary>
    public const int MostPerLook = 500;

    // Of each VM the version of the row under which its alarm was raised: a row that changes may have cleared it.
    private ImmutableDictionary<TargetId, long> _told = ImmutableDictionary<TargetId, long>.Empty;

    /// <inheritdoc />
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        var unsettled = assignments.Unsettled();
        var still = unsettled.Select(vnfc => vnfc.Target).ToHashSet();
        times.Look(still);
        _told = _told.RemoveRange(_told.Keys.Where(target => !still.Contains(target)));
        var raised = await Task.WhenAll(unsettled
            .Where(vnfc => times.LengthOf(vnfc.Target) >= settings.GuardAfter)
            .Where(vnfc => !_told.TryGetValue(vnfc.Target, out var version) || version != vnfc.Vnfc.Version)
            .Take(MostPerLook)
            .Select(vnfc => RaiseAsync(vnfc, cancellationToken)));
        _told = _told.SetItems(raised.OfType<WatchedVnfc>()
            .Select(vnfc => KeyValuePair.Create(vnfc.Target, vnfc.Vnfc.Version)));
    }

    // The VM when its alarm is there; null otherwise.
    private async Task<WatchedVnfc?> RaiseAsync(WatchedVnfc vnfc, CancellationToken cancellationToken)
    {
        try
        {
            await store.CommitAsync(
                [VnfcDemand.Unchanged(vnfc.Vnfc), .. alarms.Raise(vnfc.Vnfc)], cancellationToken);
            return vnfc;
        }
        catch (StoreConflictException)
        {
            // It was marked meanwhile, or is gone: the next look sees it as it is.
            return null;
        }
    }
}
