using Watchkeeper.Monitoring.Agents;

namespace Watchkeeper.Monitoring.Protocol;

/// <summary>The watch engine at its link; adds nothing.</summary>
public sealed class LinkedWatchEngine(WatchEngine engine) : ILinkedEngine
{
    /// <inheritdoc />
    public Action? ClockJumped
    {
        get => engine.ClockJumped;
        set => engine.ClockJumped = value;
    }

    /// <inheritdoc />
    public int Monitors => engine.Monitors;

    /// <inheritdoc />
    public double ProbesPerSecond => engine.ProbesPerSecond;

    /// <inheritdoc />
    public Task<ImmutableArray<SetOutcome>> SetAsync(
        ImmutableArray<Assignment> assignments, CancellationToken cancellationToken) =>
        engine.SetAsync(assignments, cancellationToken);

    /// <inheritdoc />
    public Task<ImmutableArray<UnsetOutcome>> UnsetAsync(
        ImmutableArray<TargetEpoch> targets, TimeSpan hold, CancellationToken cancellationToken) =>
        engine.UnsetAsync(targets, hold, cancellationToken);

    /// <inheritdoc />
    public Task<ImmutableArray<SetOutcome>> TakeUpAsync(
        ImmutableArray<Assignment> assignments, CancellationToken cancellationToken) =>
        engine.TakeUpAsync(assignments, cancellationToken);

    /// <inheritdoc />
    public Task<ImmutableArray<UnsetOutcome>> LeaveAsync(
        ImmutableArray<TargetEpoch> targets, CancellationToken cancellationToken) =>
        engine.LeaveAsync(targets, cancellationToken);

    /// <inheritdoc />
    public void Release(ImmutableArray<TargetEpoch> targets) => engine.Release(targets);

    /// <inheritdoc />
    public Task<ImmutableArray<LookOutcome>> LookAsync(
        ImmutableArray<LookRequest> targets, CancellationToken cancellationToken) =>
        engine.LookAsync(targets, cancellationToken);

    /// <inheritdoc />
    public Task<ImmutableArray<Holding>> HoldingsAsync(CancellationToken cancellationToken) =>
        engine.HoldingsAsync(cancellationToken);

    /// <inheritdoc />
    public Task LeaveResumedAsync(IReadOnlySet<TargetId> wanted, CancellationToken cancellationToken) =>
        engine.LeaveResumedAsync(wanted, cancellationToken);

    /// <inheritdoc />
    public ImmutableArray<Drill> SwitchDrills(ImmutableArray<Drill>? wanted) => engine.SwitchDrills(wanted);

    /// <inheritdoc />
    public void Pause() => engine.Pause();

    /// <inheritdoc />
    public void Unpause() => engine.Resume();

    /// <inheritdoc />
    public Task WaitForVerdictsAsync(CancellationToken cancellationToken) =>
        engine.WaitForVerdictsAsync(cancellationToken);

    /// <inheritdoc />
    public ImmutableArray<MonitorReport> TakeReports(int most, bool verdictsOnly) =>
        engine.TakeReports(most, verdictsOnly);

    /// <inheritdoc />
    public void TellAll() => engine.TellAll();
}
