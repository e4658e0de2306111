using System.Diagnostics.Metrics;

namespace Watchkeeper.Server.Agents;

/// <summary>What the outside may measure of the agents.</summary>
internal sealed class AgentsMetrics
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Watchkeeper.Agents";

    public AgentsMetrics(IMeterFactory meters, AgentDirectory directory)
    {
        var meter = meters.Create(MeterName);
        meter.CreateObservableGauge(
            "watchkeeper.agents", () => ByState(directory), unit: "{agent}", description: "Agents by state.");
    }

    private static IEnumerable<Measurement<int>> ByState(AgentDirectory directory)
    {
        var agents = directory.All();
        return Enum.GetValues<AgentState>().Select(state => new Measurement<int>(
            agents.Count(agent => agent.State == state),
            new KeyValuePair<string, object?>("state", state.ToString().ToUpperInvariant())));
    }
}
