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
        meter.CreateObservableGauge(
            "watchkeeper.agents.monitors",
            () => directory.All().Select(agent => new Measurement<int>(agent.Monitors, Named(agent))),
            unit: "{target}",
            description: "Targets watched, by agent.");
        meter.CreateObservableGauge(
            "watchkeeper.agents.probes",
            () => directory.All().Select(agent => new Measurement<double>(agent.ProbesPerSecond, Named(agent))),
            unit: "{probe}/s",
            description: "Probes sent in the last second, by agent.");
    }

    private static KeyValuePair<string, object?> Named(AgentView agent) => new("agent", agent.Name);

    private static IEnumerable<Measurement<int>> ByState(AgentDirectory directory)
    {
        var agents = directory.All();
        return Enum.GetValues<AgentState>().Select(state => new Measurement<int>(
            agents.Count(agent => agent.State == state),
            new KeyValuePair<string, object?>("state", state.ToString().ToUpperInvariant())));
    }
}
