using Watchkeeper.Monitoring.Agents;

namespace Watchkeeper.Server.Agents;

/// <summary>Takes what agents say to those who answer it.</summary>
internal sealed class AgentEvents(
    HoldingComparison holdings, ReportGate gate, MonitorMarks marks, CounterStoring counters) : IAgentEvents
{
    /// <inheritdoc />
    public Task<AgentDifference> ConnectedAsync(
        string agent, ImmutableArray<Holding> held, CancellationToken cancellationToken) =>
        holdings.CompareAsync(agent, held, cancellationToken);

    /// <inheritdoc />
    public Task<ImmutableArray<TargetEpoch>> ReportedAsync(
        string agent, ImmutableArray<MonitorReport> reports, CancellationToken cancellationToken)
    {
        counters.Reported(agent, reports);
        return gate.TakeAsync(agent, reports, cancellationToken);
    }

    /// <inheritdoc />
    public Task SetEndedAsync(
        string agent, ImmutableArray<SetOutcome> outcomes, CancellationToken cancellationToken) =>
        holdings.EndAsync(outcomes, cancellationToken);

    /// <inheritdoc />
    public void Lost(string agent) => marks.AgentLost(agent);
}
