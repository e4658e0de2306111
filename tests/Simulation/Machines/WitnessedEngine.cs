using Simulation.Truth;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Monitoring.Protocol;

namespace Simulation.Machines;

/// <summary>The local MONA's engine, which has no link on which one could see what it says and is given.</summary>
internal sealed class WitnessedEngine(ILinkedEngine engine, CounterLog counters) : ILinkedEngine
{
    public Action? ClockJumped
    {
        get => engine.ClockJumped;
        set => engine.ClockJumped = value;
    }

    public int Monitors => engine.Monitors;

    public double ProbesPerSecond => engine.ProbesPerSecond;

    public Task<ImmutableArray<SetOutcome>> SetAsync(
        ImmutableArray<Assignment> assignments, CancellationToken cancellationToken)
    {
        counters.Given(AgentAddress.LocalName, assignments);
        return engine.SetAsync(assignments, cancellationToken);
    }

    public async Task<ImmutableArray<UnsetOutcome>> UnsetAsync(
        ImmutableArray<TargetEpoch> targets, TimeSpan hold, CancellationToken cancellationToken)
    {
        var outcomes = await engine.UnsetAsync(targets, hold, cancellationToken);
        counters.Left(AgentAddress.LocalName, outcomes);
        return outcomes;
    }

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

    public ImmutableArray<MonitorReport> TakeReports(int most, bool verdictsOnly)
    {
        var reports = engine.TakeReports(most, verdictsOnly);
        counters.Reported(AgentAddress.LocalName, reports);
        return reports;
    }

    public void TellAll() => engine.TellAll();
}
