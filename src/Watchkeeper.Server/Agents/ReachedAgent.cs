using Watchkeeper.Monitoring.Agents;

namespace Watchkeeper.Server.Agents;

/// <summary>The way to an agent by its name: takes the session that is up when it is called.</summary>
internal sealed class ReachedAgent(AgentDirectory directory, string name) : IMonitoringAgent
{
    public async Task<ImmutableArray<SetOutcome>> SetAsync(
        ImmutableArray<Assignment> assignments, CancellationToken cancellationToken) =>
        await Way().SetAsync(assignments, cancellationToken);

    public async Task<ImmutableArray<UnsetOutcome>> UnsetAsync(
        ImmutableArray<TargetEpoch> targets, TimeSpan hold, CancellationToken cancellationToken)
    {
        var outcomes = await Way().UnsetAsync(targets, hold, cancellationToken);

        // The state is in the outcome now; what was reported before must not be taken for it later.
        directory.ForgetReports(
            name,
            outcomes.Where(outcome => outcome.IsUnset)
                .Select(outcome => new TargetEpoch(outcome.Target, outcome.Epoch)));
        return outcomes;
    }

    // Told also to an agent that is late with its heartbeats: as long as there is a session, it arrives.
    public void Release(ImmutableArray<TargetEpoch> targets) => directory.Known(name)?.Way?.Release(targets);

    public async Task<ImmutableArray<LookOutcome>> LookAsync(
        ImmutableArray<LookRequest> targets, CancellationToken cancellationToken) =>
        await Way().LookAsync(targets, cancellationToken);

    private IMonitoringAgent Way() =>
        directory.WayTo(name) ?? throw new AgentLostException($"Agent {name} is not online.");
}
