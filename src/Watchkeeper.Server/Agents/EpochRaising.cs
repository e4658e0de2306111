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
    /// No target changes hands so often: an agent that names a higher epoch is broken, and is not followed.
    /// </summary>
    private const long HighestCredible = 1L << 48;

    /// <summary>
    /// Gives every target whose holding is ahead of us an epoch above it, with the agent that it has.
    /// </summary>
    /// <param name="agent">The agent that holds them.</param>
    /// <param name="holdings">What it holds.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The VMs that were raised: whoever watches them does so under a void epoch until it is set
    /// anew.</returns>
    public async Task<ImmutableArray<WatchedVnfc>> RaiseAsync(
        string agent, ImmutableArray<Holding> holdings, CancellationToken cancellationToken)
    {
        var raised = await Task.WhenAll(holdings.Where(holding => IsAhead(agent, holding))
            .Select(holding => RaiseAsync(agent, holding, cancellationToken)));
        return [.. raised.OfType<WatchedVnfc>()];
    }

    // The same epoch in another agent's hands was given twice, once before a backup was restored: it is nobody's now.
    private bool IsAhead(string agent, Holding holding) =>
        holding.Epoch.Value <= HighestCredible
        && assignments.TryFind(holding.Target, out var vnfc)
        && (holding.Epoch.Value > vnfc.Vnfc.Epoch
            || (holding.IsWatched && holding.Epoch.Value == vnfc.Vnfc.Epoch && vnfc.Vnfc.Agent != agent));

    private async Task<WatchedVnfc?> RaiseAsync(string agent, Holding holding, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < MostTries && IsAhead(agent, holding); attempt++)
        {
            assignments.TryFind(holding.Target, out var vnfc);
            var raised = Raised(vnfc!.Vnfc, holding);
            try
            {
                await store.CommitAsync([VnfcTable.Update(raised)], cancellationToken);
                var stored = vnfc with { Vnfc = raised with { Version = raised.Version + 1 } };
                assignments.Refreshed(stored);
                LogRaised(holding.Target, vnfc.Vnfc.Epoch, raised.Epoch);
                return stored;
            }
            catch (StoreConflictException)
            {
                assignments.Refreshed(await store.VnfcsAsync(vnfc.Vnfc.VnfInstanceId, cancellationToken));
            }
        }

        return null;
    }

    // What was disabled on request stays so; and a gap under this epoch is no operation's.
    private static Vnfc Raised(Vnfc vnfc, Holding holding) => vnfc with
    {
        Epoch = holding.Epoch.Value + 1,
        Monitor = vnfc.Monitor == MonitorState.Unset ? MonitorState.Unset : MonitorState.Unwatched,
        MovedBy = null,
    };

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "Raised the epoch of {Target} from {CurrentEpoch} to {Epoch}: an agent had seen a higher one")]
    private partial void LogRaised(TargetId target, long currentEpoch, long epoch);
}
