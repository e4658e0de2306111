using System.Text.Json.Serialization;

namespace Watchkeeper.Server.Agents;

/// <summary>One agent, as the extension API shows it.</summary>
internal sealed record AgentResponse(
    string Name,
    string Kind,
    string State,
    bool Draining,
    int Capacity,
    int Monitors,
    double ProbesPerSecond,
    string? LastSeen,
    string Version,
    string Site)
{
    public static AgentResponse Of(AgentView agent) => new(
        agent.Name,
        agent.Kind.ToString().ToUpperInvariant(),
        agent.State.ToString().ToUpperInvariant(),
        agent.IsDraining,
        agent.Capacity,
        agent.Monitors,
        agent.ProbesPerSecond,
        agent.LastSeen?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'"),
        agent.Software,
        agent.Site);
}

/// <summary>Where the link listens.</summary>
internal sealed record AgentLinkResponse(string Address);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AgentResponse))]
[JsonSerializable(typeof(ImmutableArray<AgentResponse>))]
[JsonSerializable(typeof(AgentLinkResponse))]
internal sealed partial class AgentsJson : JsonSerializerContext;
