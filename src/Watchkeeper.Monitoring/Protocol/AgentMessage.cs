using Watchkeeper.Monitoring.Agents;

namespace Watchkeeper.Monitoring.Protocol;

/// <summary>What an agent says to the manager.</summary>
public abstract record AgentMessage
{
    private AgentMessage()
    {
    }

    /// <summary>The first message of a stream: who is there, and how it proves that.</summary>
    /// <param name="Name">The agent's name.</param>
    /// <param name="Token">The join token, needed at the first join of a name; null when the agent has none.</param>
    /// <param name="Key">The key that the agent made: the first join under a name gives it, every later one proves it.
    /// </param>
    /// <param name="Site">Where the agent is.</param>
    /// <param name="Capacity">How many targets it watches at most.</param>
    /// <param name="Software">Its version.</param>
    /// <param name="Process">Names the running process: a restarted agent has another.</param>
    public sealed record Hello(
        string Name, string? Token, string? Key, string Site, int Capacity, string Software, Guid Process)
        : AgentMessage
    {
        /// <summary>Without the secrets, so that no log can have them.</summary>
        public override string ToString() => $"Hello {Name}";
    }

    /// <summary>A part of what the agent holds, and with the last part the question what it should hold.</summary>
    /// <param name="Ask">Counts the agent's questions; the difference repeats it.</param>
    /// <param name="Batch">The part.</param>
    /// <param name="IsLast">Whether this was all.</param>
    public sealed record Holdings(long Ask, ImmutableArray<Holding> Batch, bool IsLast) : AgentMessage;

    /// <summary>"I live", with counters that moved since.</summary>
    public sealed record Heartbeat(
        long Number, ImmutableArray<MonitorReport> Moved, int Monitors, double ProbesPerSecond) : AgentMessage;

    /// <summary>Levels that are news, or counters that found no room in the heartbeat.</summary>
    public sealed record Reports(ImmutableArray<MonitorReport> Batch) : AgentMessage;

    /// <summary>What became of a set request; request 0 is the difference.</summary>
    public sealed record SetResult(long Request, ImmutableArray<SetOutcome> Outcomes) : AgentMessage;

    /// <summary>What became of an unset request.</summary>
    public sealed record UnsetResult(long Request, ImmutableArray<UnsetOutcome> Outcomes) : AgentMessage;

    /// <summary>The drills that are on, after a request to show or switch them.</summary>
    public sealed record DrillResult(long Request, ImmutableArray<Drill> Active) : AgentMessage;

    /// <summary>What a look saw.</summary>
    public sealed record LookResult(long Request, ImmutableArray<LookOutcome> Outcomes) : AgentMessage;
}
