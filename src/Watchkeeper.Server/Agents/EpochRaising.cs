using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Agents;

/// <summary>Raises our epochs above those that agents have seen: after a restored backup ours may be too low.</summary>
internal sealed partial class EpochRaising(
    Assignments assignments, Store store, MonitorWrites writes, ILogger<EpochRaising> logger)
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
    /// <remarks>
    /// Whoever watches it does so under a void epoch until it is set anew: by the difference that the connecting agent
    /// is told, or by the reconciler.
    /// </remarks>
    public Task RaiseAsync(string agent, ImmutableArray<Holding> holdings, CancellationToken cancellationToken) =>
        Task.WhenAll(holdings.Where(holding => IsAhead(agent, holding))
            .Select(holding => RaiseAsync(agent, holding, cancellationToken)));

    // The same epoch in another agent's hands was given twice, once before a backup was restored: it is nobody's now.
    private bool IsAhead(string agent, Holding holding) =>
        holding.Epoch.Value <= HighestCredible
        && assignments.TryFind(holding.Target, out var vnfc)
        && (holding.Epoch.Value > vnfc.Vnfc.Epoch
            || (holding.IsWatched && holding.Epoch.Value == vnfc.Vnfc.Epoch && vnfc.Vnfc.Agent != agent));

    private async Task RaiseAsync(string agent, Holding holding, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < MostTries && IsAhead(agent, holding); attempt++)
        {
            assignments.TryFind(holding.Target, out var vnfc);
            var raised = Raised(vnfc!.Vnfc, holding);
            try
            {
                await store.CommitAsync(writes.Settled(raised), cancellationToken);
                assignments.Refreshed(MonitorSetting.Stored(vnfc with { Vnfc = raised }));
                LogRaised(holding.Target, vnfc.Vnfc.Epoch, raised.Epoch);
                return;
            }
            catch (StoreConflictException)
            {
                assignments.Refreshed(await store.VnfcsAsync(vnfc.Vnfc.VnfInstanceId, cancellationToken));
            }
        }
    }

    // What was disabled on request stays so; and a gap under this epoch is no operation's.
    private static Vnfc Raised(Vnfc vnfc, Holding holding) =>
        vnfc.Marked(vnfc.Monitor == MonitorState.Unset ? MonitorState.Unset : MonitorState.Unwatched) with
        {
            Epoch = holding.Epoch.Value + 1,
            MovedBy = null,
        };

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "Raised the epoch of {Target} from {CurrentEpoch} to {Epoch}: an agent had seen a higher one")]
    private partial void LogRaised(TargetId target, long currentEpoch, long epoch);
}
