using Watchkeeper.Monitoring.Agents;

namespace Watchkeeper.Server.Agents;

/// <summary>The way to an agent by its name: takes the session that is up when it is called.</summary>
internal sealed class ReachedAgent(AgentDirectory directory, string name) : IMonitoringAgent
{
    public async Task<ImmutableArray<SetOutcome>> SetAsync(
        ImmutableArray<Assignment> assignments, CancellationToken cancellationToken) =>
        await (await WayAsync(cancellationToken)).SetAsync(assignments, cancellationToken);

    public async Task<ImmutableArray<UnsetOutcome>> UnsetAsync(
        ImmutableArray<TargetEpoch> targets, TimeSpan hold, CancellationToken cancellationToken)
    {
        var outcomes = await (await WayAsync(cancellationToken)).UnsetAsync(targets, hold, cancellationToken);

        // The state is in the outcome now; what was reported before must not be taken for it later. Where there is
        // none, the last report is all that is known.
        directory.ForgetReports(
            name,
            outcomes.Where(outcome => outcome is { IsUnset: true, Carried.IsEmpty: false })
                .Select(outcome => new TargetEpoch(outcome.Target, outcome.Epoch)));
        return outcomes;
    }

    // Told also to an agent that is late with its heartbeats: as long as there is a session, it arrives.
    public void Release(ImmutableArray<TargetEpoch> targets) => directory.Known(name)?.Way?.Release(targets);

    public async Task<ImmutableArray<LookOutcome>> LookAsync(
        ImmutableArray<LookRequest> targets, CancellationToken cancellationToken) =>
        await (await WayAsync(cancellationToken)).LookAsync(targets, cancellationToken);

    // An agent that is late with its heartbeats, or on its way back to a manager that has just started, is not lost
    // yet.
    private async Task<IMonitoringAgent> WayAsync(CancellationToken cancellationToken)
    {
        await directory.SettledAsync(name, cancellationToken);
        return directory.WayTo(name) ?? throw new AgentLostException($"Agent {name} is not online.");
    }
}
