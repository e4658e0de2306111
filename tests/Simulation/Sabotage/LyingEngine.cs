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

    /// <summary>It hands a VM over with twice the silences that it counted.</summary>
    CountsTwice,

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
        return [.. outcomes.Select(one => one with { Carried = [.. one.Carried.Select(HandedOver)] })];
    }

    // Never as many silences as make an outage by themselves.
    private CarriedKpi HandedOver(CarriedKpi kpi) => lie switch
    {
        EngineLie.ForgetsCounters => Fresh(kpi),
        EngineLie.CountsTwice when kpi.State.Believed == true => kpi with
        {
            State = kpi.State with { Falses = Math.Min(kpi.State.Falses * 2, World.MostSilences - 1) },
        },
        _ => kpi,
    };

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
