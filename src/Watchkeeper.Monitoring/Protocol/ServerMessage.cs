using Watchkeeper.Monitoring.Agents;

namespace Watchkeeper.Monitoring.Protocol;

/// <summary>What the manager says to an agent.</summary>
public abstract record ServerMessage
{
    private ServerMessage()
    {
    }

    /// <summary>The agent has joined; the envelope names its session.</summary>
    public sealed record Welcome : ServerMessage;

    /// <summary>The agent may not join, or may not stay.</summary>
    public sealed record Refused(string Reason) : ServerMessage;

    /// <summary>A part of what the agent must change so that it holds what it should.</summary>
    /// <param name="Ask">The question that this answers.</param>
    /// <param name="ToSet">What it must watch.</param>
    /// <param name="ToUnset">What it must not watch.</param>
    /// <param name="IsLast">Whether this was all.</param>
    public sealed record Difference(
        long Ask, ImmutableArray<Assignment> ToSet, ImmutableArray<TargetEpoch> ToUnset, bool IsLast) : ServerMessage;

    /// <summary>Watch these, in order, and stop at the first that you refuse.</summary>
    public sealed record SetRequest(long Request, ImmutableArray<Assignment> Assignments) : ServerMessage;

    /// <summary>Stop watching these; keep them asleep for the time given.</summary>
    public sealed record UnsetRequest(long Request, ImmutableArray<TargetEpoch> Targets, TimeSpan Hold) : ServerMessage;

    /// <summary>Look at each of these once.</summary>
    public sealed record LookBatch(long Request, ImmutableArray<LookRequest> Targets) : ServerMessage;

    /// <summary>Say which drills are on, and before that switch on exactly these, unless null.</summary>
    public sealed record DrillRequest(long Request, ImmutableArray<Drill>? Wanted) : ServerMessage;

    /// <summary>These sleepers need not wake.</summary>
    public sealed record Release(ImmutableArray<TargetEpoch> Targets) : ServerMessage;

    /// <summary>These were reported under an epoch that is not the current one: stop watching them.</summary>
    public sealed record Fenced(ImmutableArray<TargetEpoch> Targets) : ServerMessage;

    /// <summary>The heartbeat of that number was heard.</summary>
    public sealed record HeartbeatAck(long Number) : ServerMessage;
}
