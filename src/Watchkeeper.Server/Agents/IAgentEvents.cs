using Watchkeeper.Monitoring.Agents;

namespace Watchkeeper.Server.Agents;

/// <summary>What agents tell the manager, whatever the link: the edge between sessions and the truth.</summary>
internal interface IAgentEvents
{
    /// <summary>
    /// An agent has (re)connected and says what it holds; the answer is the difference to what it should.
    /// </summary>
    Task<AgentDifference> ConnectedAsync(
        string agent, ImmutableArray<Holding> holdings, CancellationToken cancellationToken);

    /// <summary>
    /// An agent reports levels. Returns what it must stop watching: its epoch is not the current one.
    /// </summary>
    Task<ImmutableArray<TargetEpoch>> ReportedAsync(
        string agent, ImmutableArray<MonitorReport> reports, CancellationToken cancellationToken);

    /// <summary>A set that was part of a difference, or of a request whose caller has gone, was answered.</summary>
    Task SetEndedAsync(string agent, ImmutableArray<SetOutcome> outcomes, CancellationToken cancellationToken);

    /// <summary>
    /// An agent is known to be lost: its lease ran out, or its link broke and did not come back in time.
    /// </summary>
    void Lost(string agent);
}

/// <summary>What an agent must change so that it holds what it should.</summary>
/// <param name="Set">What it does not hold, or holds under an older epoch.</param>
/// <param name="Unset">What it must not watch.</param>
internal sealed record AgentDifference(ImmutableArray<Assignment> Set, ImmutableArray<TargetEpoch> Unset);
