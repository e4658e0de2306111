using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Agents;

/// <summary>Compares what an agent holds with what it should, and takes down what it has confirmed.</summary>
/// <remarks>
/// An agent that waits for its difference probes nothing, for a second at most. So nothing is waited for that can be
/// done after it: marks are written behind it, and what an operation has in hand is left to that. Only an epoch that
/// has to be raised is stored first: the agent is told it. Should the agent's gate open meanwhile, it watches under an
/// epoch that is not ours, and is fenced.
/// </remarks>
internal sealed partial class HoldingComparison(
    Assignments assignments,
    MonitorMarks marks,
    KnownStates states,
    EpochRaising raising,
    MigrationsAtWork migrations,
    ILogger<HoldingComparison> logger)
{
    /// <summary>An agent has (re)connected: what it must change.</summary>
    public async Task<AgentDifference> CompareAsync(
        string agent, ImmutableArray<Holding> holdings, CancellationToken cancellationToken)
    {
        await raising.RaiseAsync(agent, holdings, cancellationToken);
        states.Connected(agent, assignments);
        var held = new Dictionary<TargetId, Holding>(holdings.Length);
        foreach (var holding in holdings)
        {
            held[holding.Target] = holding;
        }

        var wanted = assignments.Of(agent).Where(vnfc => vnfc.Vnfc.IsToBeWatched()).ToList();
        var without = wanted.Where(IsWithoutMonitor).ToList();
        var moving = await migrations.AmongAsync(without, cancellationToken);
        var ours = wanted.Where(vnfc => !IsInHand(vnfc, moving)).ToLookup(vnfc => IsHeld(held, vnfc));
        ImmutableArray<Assignment> set = [.. ours[false].Select(states.AssignmentOf)];
        ImmutableArray<TargetEpoch> unset =
        [
            .. holdings
                .Where(holding => holding.IsWatched && !IsWanted(agent, holding) && !IsStillAsked(agent, holding))
                .Select(holding => new TargetEpoch(holding.Target, holding.Epoch)),
        ];
        marks.AgentReturned(agent, [.. ours[true]]);
        var watched = holdings.Count(holding => holding.IsWatched);
        LogConnected(agent, watched, set.Length, unset.Length);
        return new AgentDifference(set, unset);
    }

    /// <summary>An agent has answered sets of a difference, or such whose caller has gone.</summary>
    public async Task EndAsync(ImmutableArray<SetOutcome> outcomes, CancellationToken cancellationToken)
    {
        var without = outcomes
            .Select(outcome => assignments.TryFind(outcome.Target, out var vnfc) ? vnfc : null)
            .OfType<WatchedVnfc>().Where(IsWithoutMonitor).ToList();
        var moving = await migrations.AmongAsync(without, cancellationToken);
        var inHand = without.Where(vnfc => IsInHand(vnfc, moving)).Select(vnfc => vnfc.Target).ToHashSet();
        await Task.WhenAll(outcomes
            .Where(outcome => !inHand.Contains(outcome.Target))
            .Select(outcome => marks.MarkAsync(
                new TargetEpoch(outcome.Target, outcome.Epoch),
                outcome.IsSet ? MonitorState.Set : MonitorState.SetFailed,
                also: [],
                cancellationToken)));
    }

    private static bool IsWithoutMonitor(WatchedVnfc vnfc) => vnfc.Vnfc.Monitor != MonitorState.Set;

    // A set would be refused by the sleeper of a migration, and to mark one that woke says what is over at once.
    private static bool IsInHand(WatchedVnfc vnfc, ImmutableHashSet<VnfInstanceId> moving) =>
        IsWithoutMonitor(vnfc) && moving.Contains(vnfc.Vnfc.VnfInstanceId);

    private static bool IsHeld(Dictionary<TargetId, Holding> held, WatchedVnfc vnfc) =>
        held.TryGetValue(vnfc.Target, out var holding)
        && holding.IsWatched
        && holding.Epoch.Value == vnfc.Vnfc.Epoch;

    private bool IsWanted(string agent, Holding holding) =>
        assignments.TryFind(holding.Target, out var vnfc)
        && string.Equals(vnfc.Vnfc.Agent, agent, StringComparison.Ordinal)
        && vnfc.Vnfc.IsToBeWatched();

    // It woke, and nobody else counts yet. Told to leave now, it would forget what the set that is to come asks it for;
    // its first report is fenced, and stops it.
    private bool IsStillAsked(string agent, Holding holding) =>
        assignments.TryFind(holding.Target, out var vnfc)
        && IsWithoutMonitor(vnfc)
        && vnfc.Vnfc.IsToBeWatched()
        && vnfc.Vnfc.HeldEpoch == holding.Epoch.Value
        && string.Equals(vnfc.Vnfc.HeldBy, agent, StringComparison.Ordinal);

    [LoggerMessage(Level = LogLevel.Information,
        Message = "{Agent} connected holding {Watched} targets: {ToSet} to set, {ToUnset} to unset")]
    private partial void LogConnected(string agent, int watched, int toSet, int toUnset);
}
