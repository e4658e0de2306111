using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Monitoring.Protocol;

namespace Simulation.Machines;

/// <summary>An engine that passes all on to another one: what stands between changes what it must.</summary>
internal abstract class PassingEngine(ILinkedEngine engine) : ILinkedEngine
{
    public Action? ClockJumped
    {
        get => engine.ClockJumped;
        set => engine.ClockJumped = value;
    }

    public int Monitors => engine.Monitors;

    public double ProbesPerSecond => engine.ProbesPerSecond;

    public Task<ImmutableArray<SetOutcome>> SetAsync(
        ImmutableArray<Assignment> assignments, CancellationToken cancellationToken) =>
        GiveAsync(assignments, given => engine.SetAsync(given, cancellationToken));

    public Task<ImmutableArray<SetOutcome>> TakeUpAsync(
        ImmutableArray<Assignment> assignments, CancellationToken cancellationToken) =>
        GiveAsync(assignments, given => engine.TakeUpAsync(given, cancellationToken));

    public Task<ImmutableArray<UnsetOutcome>> UnsetAsync(
        ImmutableArray<TargetEpoch> targets, TimeSpan hold, CancellationToken cancellationToken) =>
        TakeAwayAsync(targets, () => engine.UnsetAsync(targets, hold, cancellationToken));

    public Task<ImmutableArray<UnsetOutcome>> LeaveAsync(
        ImmutableArray<TargetEpoch> targets, CancellationToken cancellationToken) =>
        TakeAwayAsync(targets, () => engine.LeaveAsync(targets, cancellationToken));

    public void Release(ImmutableArray<TargetEpoch> targets) => engine.Release(targets);

    public Task<ImmutableArray<LookOutcome>> LookAsync(
        ImmutableArray<LookRequest> targets, CancellationToken cancellationToken) =>
        engine.LookAsync(targets, cancellationToken);

    public Task<ImmutableArray<Holding>> HoldingsAsync(CancellationToken cancellationToken) =>
        engine.HoldingsAsync(cancellationToken);

    public Task LeaveResumedAsync(IReadOnlySet<TargetId> wanted, CancellationToken cancellationToken) =>
        engine.LeaveResumedAsync(wanted, cancellationToken);

    public void Pause() => engine.Pause();

    public void Unpause() => engine.Unpause();

    public Task WaitForVerdictsAsync(CancellationToken cancellationToken) =>
        engine.WaitForVerdictsAsync(cancellationToken);

    public virtual ImmutableArray<MonitorReport> TakeReports(int most, bool verdictsOnly) =>
        engine.TakeReports(most, verdictsOnly);

    public virtual void TellAll() => engine.TellAll();

    /// <summary>Sets monitors, in whatever way it was asked.</summary>
    protected virtual Task<ImmutableArray<SetOutcome>> GiveAsync(
        ImmutableArray<Assignment> assignments,
        Func<ImmutableArray<Assignment>, Task<ImmutableArray<SetOutcome>>> onwardsAsync) => onwardsAsync(assignments);

    /// <summary>Unsets monitors, in whatever way it was asked.</summary>
    protected virtual Task<ImmutableArray<UnsetOutcome>> TakeAwayAsync(
        ImmutableArray<TargetEpoch> targets, Func<Task<ImmutableArray<UnsetOutcome>>> onwardsAsync) => onwardsAsync();
}
