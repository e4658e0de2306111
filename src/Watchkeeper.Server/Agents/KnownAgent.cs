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
/// <param name="Lost">Open while it is OFFLINE.</param>
internal sealed record KnownAgent(
    AgentRow Row, AgentKind Kind, AgentState State, IMonitoringAgent? Way, bool IsReady, long HeardAt, TimeSpan Grace,
    Latch Lost)
{
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
        HeardAt = now,
        Grace = AgentLife.LostAfter,
    };

    /// <summary>The session has been told the difference.</summary>
    public KnownAgent Ready() => this with
    {
        IsReady = true,
        State = AgentState.Online,
        Lost = State == AgentState.Offline ? new Latch() : Lost,
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
        HeardAt = now,
        Grace = AgentLife.ReturnWithin,
    };

    /// <summary>The agent has been silent for some time.</summary>
    public KnownAgent Silent(TimeSpan silence, DateTimeOffset now) => silence >= Grace
        ? this with
        {
            Row = Way is null ? Row : Row with { LastSeen = now - silence },
            State = AgentState.Offline,
            Way = null,
            IsReady = false,
            Monitors = 0,
            ProbesPerSecond = 0,
        }
        : silence >= AgentLife.SuspectAfter && State == AgentState.Online
            ? this with { State = AgentState.Suspect }
            : this;
}
