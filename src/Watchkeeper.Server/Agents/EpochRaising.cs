using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Agents;

/// <summary>Raises our epochs above those that agents have seen: after a restored backup ours may be too low.</summary>
internal sealed partial class EpochRaising(Assignments assignments, Store store, ILogger<EpochRaising> logger)
{
    /// <summary>Tries of one row against writers that were faster.</summary>
    private const int MostTries = 8;

    /// <summary>
    /// Gives every target whose holding is ahead of us an epoch above it, with the agent that it has.
    /// </summary>
    public Task RaiseAsync(ImmutableArray<Holding> holdings, CancellationToken cancellationToken) =>
        Task.WhenAll(holdings.Where(IsAhead).Select(holding => RaiseAsync(holding, cancellationToken)));

    private bool IsAhead(Holding holding) =>
        assignments.TryFind(holding.Target, out var vnfc) && holding.Epoch.Value > vnfc.Vnfc.Epoch;

    private async Task RaiseAsync(Holding holding, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < MostTries && IsAhead(holding); attempt++)
        {
            assignments.TryFind(holding.Target, out var vnfc);
            var raised = vnfc!.Vnfc with { Epoch = holding.Epoch.Value + 1, Monitor = MonitorState.Unwatched };
            try
            {
                await store.CommitAsync([VnfcTable.Update(raised)], cancellationToken);
                assignments.Stored(vnfc with { Vnfc = raised with { Version = raised.Version + 1 } });
                LogRaised(holding.Target, vnfc.Vnfc.Epoch, raised.Epoch);
                return;
            }
            catch (StoreConflictException)
            {
                assignments.Stored(await store.VnfcsAsync(vnfc.Vnfc.VnfInstanceId, cancellationToken));
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "Raised the epoch of {Target} from {CurrentEpoch} to {Epoch}: an agent had seen a higher one")]
    private partial void LogRaised(TargetId target, long currentEpoch, long epoch);
}
