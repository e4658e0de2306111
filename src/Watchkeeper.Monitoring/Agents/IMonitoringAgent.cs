namespace Watchkeeper.Monitoring.Agents;

/// <summary>Somebody who watches targets for the manager: in its own process, or in another data centre.</summary>
/// <remarks>
/// Implemented by <see cref="WatchEngine"/> (the local MONA is one, in the manager's process) and by the manager's end
/// of the link to a D-MONA. Every method throws <see cref="AgentLostException"/> as soon as the agent is known to be
/// lost.
/// </remarks>
public interface IMonitoringAgent
{
    /// <summary>
    /// Starts watching, in order, and stops at the first refusal. Asking twice for the same epoch is harmless.
    /// </summary>
    /// <param name="assignments">What to watch; at most <see cref="AgentLimits.BatchSize"/> are sent at a time.</param>
    /// <param name="cancellationToken">Ends the wait, not the agent's work.</param>
    /// <returns>One outcome for each assignment up to and including the first that was refused.</returns>
    Task<ImmutableArray<SetOutcome>> SetAsync(ImmutableArray<Assignment> assignments,
        CancellationToken cancellationToken);

    /// <summary>Stops watching. Asking for what is not watched is harmless.</summary>
    /// <param name="targets">What to leave, each under the epoch that is known.</param>
    /// <param name="hold">How long the agent keeps a target asleep, ready to go on by itself; zero forgets it at
    /// once.</param>
    /// <param name="cancellationToken">Ends the wait, not the agent's work.</param>
    /// <returns>One outcome for each target, with the state to hand over.</returns>
    Task<ImmutableArray<UnsetOutcome>> UnsetAsync(
        ImmutableArray<TargetEpoch> targets, TimeSpan hold, CancellationToken cancellationToken);

    /// <summary>Tells that sleepers need not wake: the migration has ended. Not answered, and safe to lose.</summary>
    /// <param name="targets">What to forget, up to and including the epoch given.</param>
    void Release(ImmutableArray<TargetEpoch> targets);

    /// <summary>Looks at each target once, now: up to three tries within one second.</summary>
    /// <param name="targets">What to look at.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<ImmutableArray<LookOutcome>> LookAsync(ImmutableArray<LookRequest> targets,
        CancellationToken cancellationToken);
}

/// <summary>The agent that was asked is not there any more: its link is down or its lease has run out.</summary>
public sealed class AgentLostException : Exception
{
    public AgentLostException()
    {
    }

    public AgentLostException(string message) : base(message)
    {
    }

    public AgentLostException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
