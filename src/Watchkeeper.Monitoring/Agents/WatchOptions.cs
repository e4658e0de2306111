using System.Net;

namespace Watchkeeper.Monitoring.Agents;

/// <summary>How an engine is set up.</summary>
public sealed record WatchOptions
{
    /// <summary>Targets that are watched at most; one more is refused.</summary>
    public int Capacity { get; init; } = AgentLimits.DefaultCapacity;

    /// <summary>How exactly beats are kept. 1 to 100 ms.</summary>
    public TimeSpan Tick { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <summary>The address that probes come from; null lets the kernel choose. Whoever makes the prober passes it on.</summary>
    public IPAddress? SourceAddress { get; init; }

    /// <summary>The file of assignments that the agent resumes from after a restart; null keeps none (the local MONA).</summary>
    public string? AssignmentFile { get; init; }

    /// <summary>Failures to rehearse; the host may keep a reference and switch them while the engine runs.</summary>
    public DrillSwitches Drills { get; init; } = new();
}
