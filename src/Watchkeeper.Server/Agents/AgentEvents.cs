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
    CarriedStates carried,
    EpochRaising raising,
    LocalCounters localCounters,
    ILogger<AgentEvents> logger) : IAgentEvents
{
    /// <inheritdoc />
    public async Task<AgentDifference> ConnectedAsync(
        string agent, ImmutableArray<Holding> holdings, CancellationToken cancellationToken)
    {
        await marks.AgentReturnedAsync(agent, cancellationToken);
        var raised = await raising.RaiseAsync(agent, holdings, cancellationToken);
        var setAnew = SetAnewAsync(raised, agent, cancellationToken);
        var held = new Dictionary<TargetId, Holding>(holdings.Length);
        foreach (var holding in holdings)
        {
            held[holding.Target] = holding;
        }

        var wanted = assignments.Of(agent).Where(IsToBeWatched).ToList();
        var set = wanted.Where(vnfc => !IsHeld(held, vnfc)).Select(setting.AssignmentOf).ToImmutableArray();
        var confirmed = wanted.Where(vnfc => IsHeld(held, vnfc));
        await Task.WhenAll(confirmed.Select(vnfc => HasMonitorAsync(
            vnfc.Target, new AssignmentEpoch(vnfc.Vnfc.Epoch), cancellationToken)));
        var unset = holdings
            .Where(holding => holding.IsWatched && !IsWanted(agent, holding))
            .Select(holding => new TargetEpoch(holding.Target, holding.Epoch))
            .ToImmutableArray();
        await setAnew;
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
        Task.WhenAll(outcomes.Select(outcome => outcome.IsSet
            ? HasMonitorAsync(outcome.Target, outcome.Epoch, cancellationToken)
            : marks.MarkAsync(outcome.Target, outcome.Epoch, MonitorState.SetFailed, cancellationToken)));

    /// <inheritdoc />
    public void Lost(string agent) => marks.AgentLost(agent);

    private static bool IsHeld(Dictionary<TargetId, Holding> held, WatchedVnfc vnfc) =>
        held.TryGetValue(vnfc.Target, out var holding)
        && holding.IsWatched
        && holding.Epoch.Value == vnfc.Vnfc.Epoch;

    // A VM that is being removed is nobody's any more: its end must not look like a failure.
    private static bool IsToBeWatched(WatchedVnfc vnfc) =>
        vnfc.Vnfc.Monitor != MonitorState.Unset && vnfc.Vnfc.State != VmState.Undeploying;

    // The agent goes on with the state that it was sent: what was kept for it is old from here on.
    private async Task HasMonitorAsync(TargetId target, AssignmentEpoch epoch, CancellationToken cancellationToken)
    {
        await marks.MarkAsync(target, epoch, MonitorState.Set, cancellationToken);
        if (assignments.TryFind(target, out var vnfc)
            && vnfc.Vnfc.Epoch == epoch.Value
            && vnfc.Vnfc.Monitor == MonitorState.Set)
        {
            carried.Forget(target);
        }
    }

    // Raised because of what another agent remembers: their own agent would be fenced, and nobody watch them.
    private async Task SetAnewAsync(
        ImmutableArray<WatchedVnfc> raised, string connecting, CancellationToken cancellationToken)
    {
        foreach (var batch in raised
            .Where(vnfc => IsToBeWatched(vnfc) && vnfc.Vnfc.Agent is not null && vnfc.Vnfc.Agent != connecting)
            .GroupBy(vnfc => vnfc.Vnfc.Agent!, StringComparer.Ordinal))
        {
            var results = await setting.SendAsync([.. batch], batch.Key, cancellationToken);
            await SetEndedAsync(
                batch.Key,
                [
                    .. results.Where(result => !result.IsSkipped).Select(result => new SetOutcome(
                        result.Vnfc.Target, new AssignmentEpoch(result.Vnfc.Vnfc.Epoch), result.Refusal)),
                ],
                cancellationToken);
        }
    }

    private bool IsWanted(string agent, Holding holding) =>
        assignments.TryFind(holding.Target, out var vnfc)
        && string.Equals(vnfc.Vnfc.Agent, agent, StringComparison.Ordinal)
        && IsToBeWatched(vnfc);

    [LoggerMessage(Level = LogLevel.Information,
        Message = "{Agent} connected holding {Watched} targets: {ToSet} to set, {ToUnset} to unset")]
    private partial void LogConnected(string agent, int watched, int toSet, int toUnset);
}
