using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Server.Agents;

namespace Simulation.Sabotage;

/// <summary>Passes on what agents say as it is; a lie overrides one thing of it.</summary>
internal abstract class PassingEvents(IAgentEvents events) : IAgentEvents
{
    public virtual Task<AgentDifference> ConnectedAsync(
        string agent, ImmutableArray<Holding> held, CancellationToken cancellationToken) =>
        events.ConnectedAsync(agent, held, cancellationToken);

    public virtual Task<ImmutableArray<TargetEpoch>> ReportedAsync(
        string agent, ImmutableArray<MonitorReport> reports, CancellationToken cancellationToken) =>
        events.ReportedAsync(agent, reports, cancellationToken);

    public Task SetEndedAsync(
        string agent, ImmutableArray<SetOutcome> outcomes, CancellationToken cancellationToken) =>
        events.SetEndedAsync(agent, outcomes, cancellationToken);

    public void Lost(string agent) => events.Lost(agent);
}
