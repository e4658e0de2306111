using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Monitoring.Protocol;
using Watchkeeper.Monitoring.Rules;

namespace Simulation.Sabotage;

/// <summary>What an agent does wrong.</summary>
internal enum EngineLie
{
    /// <summary>It says that it left a VM, and watches on.</summary>
    KeepsWhatItLeft,

    /// <summary>It says that it took a VM, and does not watch it.</summary>
    TakesWithoutWatching,

    /// <summary>It hands a VM over without its counters.</summary>
    ForgetsCounters,

    /// <summary>After a reconnect it tells only what is new.</summary>
    TellsNoLevels,

    /// <summary>It tells of one VM what it saw of another.</summary>
    MixesVmsUp,
}

/// <summary>An engine that does one thing wrong.</summary>
internal sealed class LyingEngine(ILinkedEngine engine, EngineLie lie) : ILinkedEngine
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
        lie == EngineLie.TakesWithoutWatching
            ? Task.FromResult<ImmutableArray<SetOutcome>>(
                [.. assignments.Select(one => new SetOutcome(one.Target, one.Epoch, null))])
            : engine.SetAsync(assignments, cancellationToken);

    public async Task<ImmutableArray<UnsetOutcome>> UnsetAsync(
        ImmutableArray<TargetEpoch> targets, TimeSpan hold, CancellationToken cancellationToken)
    {
        if (lie == EngineLie.KeepsWhatItLeft)
        {
            return [.. targets.Select(one => new UnsetOutcome(one.Target, one.Epoch, null, []))];
        }

        var outcomes = await engine.UnsetAsync(targets, hold, cancellationToken);
        return lie == EngineLie.ForgetsCounters
            ? [.. outcomes.Select(outcome => outcome with { Carried = [.. outcome.Carried.Select(Fresh)] })]
            : outcomes;
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
        return lie == EngineLie.MixesVmsUp && reports.Length > 1
            ? [.. reports.Select((report, index) => report with { Kpis = reports[(index + 1) % reports.Length].Kpis })]
            : reports;
    }

    public void TellAll()
    {
        if (lie != EngineLie.TellsNoLevels)
        {
            engine.TellAll();
        }
    }

    private static CarriedKpi Fresh(CarriedKpi kpi) => kpi with { State = new KpiState(null, 0, 0), Raised = 0 };
}
