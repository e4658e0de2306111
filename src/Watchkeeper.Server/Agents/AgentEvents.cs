using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Agents;

/// <summary>
/// Answers what agents say: the difference at a connect, the gate for reports, and the mark of what is lost.
/// </summary>
internal sealed partial class AgentEvents(
    Assignments assignments,
    ReportGate gate,
    MonitorMarks marks,
    MonitorSetting setting,
    EpochRaising raising,
    LocalCounters localCounters,
    ILogger<AgentEvents> logger) : IAgentEvents
{
    /// <inheritdoc />
    public async Task<AgentDifference> ConnectedAsync(
        string agent, ImmutableArray<Holding> holdings, CancellationToken cancellationToken)
    {
        await raising.RaiseAsync(holdings, cancellationToken);
        var held = holdings.ToDictionary(holding => holding.Target);
        var wanted = assignments.Of(agent).Where(vnfc => vnfc.Vnfc.Monitor != MonitorState.Unset).ToList();
        var set = wanted.Where(vnfc => !IsHeld(held, vnfc)).Select(setting.AssignmentOf).ToImmutableArray();
        var confirmed = wanted.Where(vnfc => IsHeld(held, vnfc));
        await Task.WhenAll(confirmed.Select(vnfc => marks.MarkAsync(
            vnfc.Target, new AssignmentEpoch(vnfc.Vnfc.Epoch), MonitorState.Set, cancellationToken)));
        var unset = holdings
            .Where(holding => holding.IsWatched && !IsWanted(agent, holding))
            .Select(holding => new TargetEpoch(holding.Target, holding.Epoch))
            .ToImmutableArray();
        var watched = holdings.Count(holding => holding.IsWatched);
        LogConnected(agent, watched, set.Length, unset.Length);
        return new AgentDifference(set, unset);
    }

    /// <inheritdoc />
    public Task<ImmutableArray<TargetEpoch>> ReportedAsync(
        string agent, ImmutableArray<MonitorReport> reports, CancellationToken cancellationToken)
    {
        if (agent == AgentAddress.LocalName)
        {
            localCounters.Changed(reports);
        }

        return gate.TakeAsync(agent, reports, cancellationToken);
    }

    /// <inheritdoc />
    public Task SetEndedAsync(
        string agent, ImmutableArray<SetOutcome> outcomes, CancellationToken cancellationToken) =>
        Task.WhenAll(outcomes.Select(outcome => marks.MarkAsync(
            outcome.Target,
            outcome.Epoch,
            outcome.IsSet ? MonitorState.Set : MonitorState.SetFailed,
            cancellationToken)));

    /// <inheritdoc />
    public void Lost(string agent) => marks.AgentLost(agent);

    private static bool IsHeld(Dictionary<TargetId, Holding> held, WatchedVnfc vnfc) =>
        held.TryGetValue(vnfc.Target, out var holding)
        && holding.IsWatched
        && holding.Epoch.Value == vnfc.Vnfc.Epoch;

    private bool IsWanted(string agent, Holding holding) =>
        assignments.TryFind(holding.Target, out var vnfc)
        && string.Equals(vnfc.Vnfc.Agent, agent, StringComparison.Ordinal)
        && vnfc.Vnfc.Monitor != MonitorState.Unset;

    [LoggerMessage(Level = LogLevel.Information,
        Message = "{Agent} connected holding {Watched} targets: {ToSet} to set, {ToUnset} to unset")]
    private partial void LogConnected(string agent, int watched, int toSet, int toUnset);
}
