using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Monitoring.Protocol;
using Watchkeeper.Server.Agents.Link;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Agents;

/// <summary>The named limits of an agent's life.</summary>
internal static class AgentLife
{
    /// <summary>Silence that makes an agent SUSPECT: four heartbeats are missing.</summary>
    public static readonly TimeSpan SuspectAfter = 4 * AgentLimits.Heartbeat;

    /// <summary>Silence that makes an agent OFFLINE, and lost: its lease has ended.</summary>
    public static readonly TimeSpan LostAfter = AgentLimits.Lease;

    /// <summary>How long an agent whose link broke may take to come back before it is lost.</summary>
    public static readonly TimeSpan ReturnWithin = AgentLimits.Lease;

    /// <summary>How long the agents that are known may take to come back to a manager that has just started.</summary>
    public static readonly TimeSpan ReturnAfterStart = TimeSpan.FromSeconds(3);

    /// <summary>A watch of the leases that is later than this was itself held up: nobody's silence is counted
    /// meanwhile.</summary>
    public static readonly TimeSpan WatchSlack = TimeSpan.FromMilliseconds(300);

    /// <summary>D-MONAs that may be known at once.</summary>
    public const int MostAgents = 1_024;
}

/// <summary>One agent as the directory knows it: a snapshot, replaced as a whole.</summary>
/// <param name="Row">What is stored of it.</param>
/// <param name="Kind">Where it runs.</param>
/// <param name="State">Whether it lives.</param>
/// <param name="Way">The way to talk to it; null while there is no session.</param>
/// <param name="IsReady">Whether its session has been told the difference.</param>
/// <param name="HeardAt">The timestamp of its last sign of life, or of the break of its link.</param>
/// <param name="Grace">How long after that it is lost.</param>
internal sealed record KnownAgent(
    AgentRow Row, AgentKind Kind, AgentState State, IMonitoringAgent? Way, bool IsReady, long HeardAt, TimeSpan Grace)
{
    /// <summary>Since when it is not ready; no session that merely joins begins it anew while it is SUSPECT.</summary>
    public required long UnreadySince { get; init; }

    /// <summary>When its question came that is with us: until it is answered, what is late is the manager.</summary>
    public long? AskedAt { get; init; }

    /// <summary>Its session; null for the local MONA and while the link is down.</summary>
    public ServerSession? Session => Way as ServerSession;

    /// <summary>Targets that it says it watches.</summary>
    public int Monitors { get; init; }

    /// <summary>Probes per second that it says it sends.</summary>
    public double ProbesPerSecond { get; init; }

    /// <summary>What it last reported.</summary>
    public required LastReports Reports { get; init; }

    /// <summary>A new session has joined under the name. It is reachable once it is ready.</summary>
    public KnownAgent Joined(AgentRow row, ServerSession session, long now) => this with
    {
        Row = row,
        State = State == AgentState.Offline ? AgentState.Offline : AgentState.Suspect,
        Way = session,
        IsReady = false,
        AskedAt = null,
        UnreadySince = State == AgentState.Suspect && !IsReady ? Answered(now).UnreadySince : now,
        HeardAt = now,
        Grace = AgentLife.LostAfter,
    };

    /// <summary>The session has asked what it should hold.</summary>
    public KnownAgent Asked(long now) => this with { AskedAt = AskedAt ?? now };

    /// <summary>The manager knows the answer: the time that it took is not the agent's.</summary>
    public KnownAgent Answered(long now) => this with
    {
        AskedAt = null,
        UnreadySince = UnreadySince + (now - (AskedAt ?? now)),
    };

    /// <summary>The session has been told the difference.</summary>
    public KnownAgent Ready() => this with
    {
        IsReady = true,
        AskedAt = null,
        State = AgentState.Online,
    };

    /// <summary>The agent gave a sign of life.</summary>
    public KnownAgent Heard(long now) => this with
    {
        HeardAt = now,
        State = IsReady ? AgentState.Online : State,
    };

    /// <summary>The link is down.</summary>
    public KnownAgent Broken(long now, DateTimeOffset seen) => this with
    {
        Row = Row with { LastSeen = seen },
        State = State == AgentState.Offline ? AgentState.Offline : AgentState.Suspect,
        Way = null,
        IsReady = false,
        AskedAt = null,
        UnreadySince = IsReady ? now : Answered(now).UnreadySince,
        HeardAt = now,
        Grace = AgentLife.ReturnWithin,
    };

    /// <summary>When the watch of the leases must look at it again, whatever it says until then.</summary>
    public TimeSpan NextCheck(TimeProvider time)
    {
        var limit = State == AgentState.Online ? AgentLife.SuspectAfter : Grace;
        var silence = limit - time.GetElapsedTime(HeardAt);
        var unready = LinkLimits.JoinWait - Unready(time);
        return IsReady || AskedAt is not null || silence < unready ? silence : unready;
    }

    /// <summary>Moves its deadlines: it was the manager that was held up. What it heard since needs no excuse, so
    /// nothing is moved past now.</summary>
    public KnownAgent Excused(long ticks, long now) => this with
    {
        HeardAt = Math.Min(HeardAt + ticks, now),
        UnreadySince = Math.Min(UnreadySince + ticks, now),
        AskedAt = AskedAt is { } asked ? Math.Min(asked + ticks, now) : null,
    };

    /// <summary>How long it has not been ready, by a fault of its own.</summary>
    public TimeSpan Unready(TimeProvider time) =>
        IsReady || AskedAt is not null ? TimeSpan.Zero : time.GetElapsedTime(UnreadySince);

    /// <summary>The agent has been silent, or not ready, for some time.</summary>
    public KnownAgent Silent(TimeSpan silence, TimeSpan unready, DateTimeOffset now) =>
        silence >= Grace || unready >= LinkLimits.JoinWait
        ? this with
        {
            Row = Way is null ? Row : Row with { LastSeen = now - silence },
            State = AgentState.Offline,
            Way = null,
            IsReady = false,
            AskedAt = null,
            Monitors = 0,
            ProbesPerSecond = 0,
        }
        : silence >= AgentLife.SuspectAfter && State == AgentState.Online
            ? this with { State = AgentState.Suspect }
            : this;
}
