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
    public override Task<ImmutableArray<SetOutcome>> SetAsync(
        ImmutableArray<Assignment> assignments, CancellationToken cancellationToken) => lie switch
    {
        EngineLie.TakesWithoutWatching => Task.FromResult<ImmutableArray<SetOutcome>>(
            [.. assignments.Select(one => new SetOutcome(one.Target, one.Epoch, null))]),
        EngineLie.BeginsAnew => base.SetAsync(
            [.. assignments.Select(one => one with { Carried = [.. one.Carried.Select(Fresh)] })], cancellationToken),
        _ => base.SetAsync(assignments, cancellationToken),
    };

    public override async Task<ImmutableArray<UnsetOutcome>> UnsetAsync(
        ImmutableArray<TargetEpoch> targets, TimeSpan hold, CancellationToken cancellationToken)
    {
        if (lie == EngineLie.KeepsWhatItLeft)
        {
            return [.. targets.Select(one => new UnsetOutcome(one.Target, one.Epoch, null, []))];
        }

        var outcomes = await base.UnsetAsync(targets, hold, cancellationToken);
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
