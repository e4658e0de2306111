namespace Watchkeeper.Monitoring.Agents;

/// <summary>The limits of an agent and of its link, each with its name.</summary>
public static class AgentLimits
{
    /// <summary>Targets in one message of the link.</summary>
    public const int BatchSize = 500;

    /// <summary>KPIs of one target.</summary>
    public const int KpisPerTarget = 32;

    /// <summary>Targets that an agent watches unless it is told otherwise.</summary>
    public const int DefaultCapacity = 20_000;

    /// <summary>
    /// Targets left behind whose highest epoch an agent still remembers; the oldest are forgotten first.
    /// </summary>
    public const int RememberedEpochs = 100_000;

    /// <summary>How often an agent says that it lives.</summary>
    public static readonly TimeSpan Heartbeat = TimeSpan.FromMilliseconds(200);

    /// <summary>How long an agent counts as alive after its last heartbeat.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(1);
}
