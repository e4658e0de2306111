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

    /// <summary>The largest capacity that an agent may have.</summary>
    public const int LargestCapacity = 100_000;

    /// <summary>
    /// Targets that are held for each that may be watched: sleepers don't count as watched, but they may wake.
    /// </summary>
    public const int HeldPerCapacity = 2;

    /// <summary>
    /// Targets left behind whose highest epoch an agent still remembers; the oldest are forgotten first.
    /// </summary>
    public const int RememberedEpochs = 100_000;

    /// <summary>Targets that an agent names at most: what it holds, and what it remembers.</summary>
    public static int MostNamed(int capacity) => (HeldPerCapacity * capacity) + RememberedEpochs;

    /// <summary>How often an agent says that it lives.</summary>
    public static readonly TimeSpan Heartbeat = TimeSpan.FromMilliseconds(200);

    /// <summary>How long an agent counts as alive after its last heartbeat.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(1);

    /// <summary>A standstill after which an agent takes it that it may have been given up.</summary>
    /// <remarks>
    /// 1 s - 2 x 200 ms = 600 ms. The manager counts the lease from the last heartbeat that it has: when the agent
    /// stands still, that one may be a whole heartbeat old, and another heartbeat is left for its way and for the
    /// steps in which either side looks.
    /// </remarks>
    public static readonly TimeSpan ClockJump = Lease - (2 * Heartbeat);
}
