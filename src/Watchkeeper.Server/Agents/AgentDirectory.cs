using Watchkeeper.Monitoring.Agents;

namespace Watchkeeper.Server.Agents;

/// <summary>Whether an agent lives. Never a verdict on its targets.</summary>
internal enum AgentState
{
    /// <summary>Its link is up and its lease runs.</summary>
    Online,

    /// <summary>Its lease ran out, or its link broke, less than a lease ago.</summary>
    Suspect,

    /// <summary>It is gone.</summary>
    Offline,
}

/// <summary>Where an agent runs.</summary>
internal enum AgentKind
{
    /// <summary>In the manager's process.</summary>
    Local,

    /// <summary>In a process of its own.</summary>
    Distributed,
}

/// <summary>One agent as it is known now.</summary>
internal sealed record AgentView(
    string Name,
    AgentKind Kind,
    AgentState State,
    bool IsDraining,
    int Capacity,
    int Monitors,
    double ProbesPerSecond,
    DateTimeOffset? LastSeen,
    string Software,
    string Site);

/// <summary>The agents we know, and which are alive.</summary>
internal sealed class AgentDirectory
{
    /// <summary>What is known of an agent; null when none of that name ever joined.</summary>
    public AgentView? Find(string name) => throw new NotSupportedException();

    /// <summary>All agents, the local MONA first, then by name.</summary>
    public ImmutableArray<AgentView> All() => throw new NotSupportedException();

    /// <summary>The way to talk to an agent. Its methods throw <see cref="AgentLostException"/> when it is not ONLINE.</summary>
    public IMonitoringAgent Reach(string name) => throw new NotSupportedException();

    /// <summary>The last state that an agent reported of a target, moved on by the time since; empty when none is known.</summary>
    public ImmutableArray<CarriedKpi> LastReported(string name, TargetId target) => throw new NotSupportedException();

    /// <summary>Completes when the agent is, or becomes, known to be lost.</summary>
    public Task LostAsync(string name, CancellationToken cancellationToken) => throw new NotSupportedException();
}
