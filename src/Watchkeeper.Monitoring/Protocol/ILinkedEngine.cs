using Watchkeeper.Monitoring.Agents;

namespace Watchkeeper.Monitoring.Protocol;

/// <summary>The engine as the link sees it: so that sessions can be tried, and simulated, without a probe.</summary>
public interface ILinkedEngine : IMonitoringAgent
{
    /// <summary>What the engine holds: watched targets, sleepers, and remembered epochs.</summary>
    Task<ImmutableArray<Holding>> HoldingsAsync(CancellationToken cancellationToken);

    /// <summary>Sets what a difference asks for. Always answered, also when a drill says that sets are not.</summary>
    Task<ImmutableArray<SetOutcome>> TakeUpAsync(
        ImmutableArray<Assignment> assignments, CancellationToken cancellationToken) =>
        SetAsync(assignments, cancellationToken);

    /// <summary>Leaves at once what another judges: a fence, or a difference. No drill holds this up.</summary>
    Task<ImmutableArray<UnsetOutcome>> LeaveAsync(
        ImmutableArray<TargetEpoch> targets, CancellationToken cancellationToken) =>
        UnsetAsync(targets, TimeSpan.Zero, cancellationToken);

    /// <summary>Leaves what was resumed from a file and is not among what the manager wants.</summary>
    /// <remarks>The manager unsets only what it was told is watched, which a resumed target is not.</remarks>
    Task LeaveResumedAsync(IReadOnlySet<TargetId> wanted, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Switches on exactly these drills, unless null; says which are on then.</summary>
    ImmutableArray<Drill> SwitchDrills(ImmutableArray<Drill>? wanted) => [];

    /// <summary>Stops firing probes.</summary>
    void Pause();

    /// <summary>Fires again.</summary>
    void Unpause();

    /// <summary>
    /// Called when the clock jumped by <see cref="AgentLimits.ClockJump"/> and the engine has paused itself.
    /// </summary>
    Action? ClockJumped { get; set; }

    /// <summary>Returns when there is a verdict to tell.</summary>
    Task WaitForVerdictsAsync(CancellationToken cancellationToken);

    /// <summary>Takes reports that were not taken yet.</summary>
    ImmutableArray<MonitorReport> TakeReports(int most, bool verdictsOnly);

    /// <summary>Makes the level of every watched target news again.</summary>
    void TellAll();

    /// <summary>The number of watched targets.</summary>
    int Monitors { get; }

    /// <summary>Probes sent in the last full second.</summary>
    double ProbesPerSecond { get; }
}
