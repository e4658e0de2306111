using Simulation.Machines;
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

    /// <summary>It takes a VM, and counts from nothing.</summary>
    BeginsAnew,

    /// <summary>After a reconnect it tells only what is new.</summary>
    TellsNoLevels,

    /// <summary>It tells of one VM what it saw of another.</summary>
    MixesVmsUp,
}

/// <summary>An engine that does one thing wrong.</summary>
internal sealed class LyingEngine(ILinkedEngine engine, EngineLie lie) : PassingEngine(engine)
{
    protected override Task<ImmutableArray<SetOutcome>> GiveAsync(
        ImmutableArray<Assignment> assignments,
        Func<ImmutableArray<Assignment>, Task<ImmutableArray<SetOutcome>>> onwardsAsync) => lie switch
    {
        EngineLie.TakesWithoutWatching => Task.FromResult<ImmutableArray<SetOutcome>>(
            [.. assignments.Select(one => new SetOutcome(one.Target, one.Epoch, null))]),
        EngineLie.BeginsAnew => onwardsAsync(
            [.. assignments.Select(one => one with { Carried = [.. one.Carried.Select(Fresh)] })]),
        _ => onwardsAsync(assignments),
    };

    protected override async Task<ImmutableArray<UnsetOutcome>> TakeAwayAsync(
        ImmutableArray<TargetEpoch> targets, Func<Task<ImmutableArray<UnsetOutcome>>> onwardsAsync)
    {
        if (lie == EngineLie.KeepsWhatItLeft)
        {
            return [.. targets.Select(one => new UnsetOutcome(one.Target, one.Epoch, null, []))];
        }

        var outcomes = await onwardsAsync();
        return lie == EngineLie.ForgetsCounters
            ? [.. outcomes.Select(outcome => outcome with { Carried = [.. outcome.Carried.Select(Fresh)] })]
            : outcomes;
    }

    public override ImmutableArray<MonitorReport> TakeReports(int most, bool verdictsOnly)
    {
        var reports = base.TakeReports(most, verdictsOnly);
        return lie == EngineLie.MixesVmsUp && reports.Length > 1
            ? [.. reports.Select((report, index) => report with { Kpis = reports[(index + 1) % reports.Length].Kpis })]
            : reports;
    }

    public override void TellAll()
    {
        if (lie != EngineLie.TellsNoLevels)
        {
            base.TellAll();
        }
    }

    private static CarriedKpi Fresh(CarriedKpi kpi) => kpi with { State = new KpiState(null, 0, 0), Raised = 0 };
}
