using Simulation.Truth;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Monitoring.Protocol;

namespace Simulation.Machines;

/// <summary>The local MONA's engine, which has no link on which one could see what it says and is given.</summary>
internal sealed class WitnessedEngine(ILinkedEngine engine, CounterLog counters) : PassingEngine(engine)
{
    public override Task<ImmutableArray<SetOutcome>> SetAsync(
        ImmutableArray<Assignment> assignments, CancellationToken cancellationToken)
    {
        counters.Given(AgentAddress.LocalName, assignments);
        return base.SetAsync(assignments, cancellationToken);
    }

    public override async Task<ImmutableArray<UnsetOutcome>> UnsetAsync(
        ImmutableArray<TargetEpoch> targets, TimeSpan hold, CancellationToken cancellationToken)
    {
        var outcomes = await base.UnsetAsync(targets, hold, cancellationToken);
        counters.Left(AgentAddress.LocalName, outcomes);
        return outcomes;
    }

    public override ImmutableArray<MonitorReport> TakeReports(int most, bool verdictsOnly)
    {
        var reports = base.TakeReports(most, verdictsOnly);
        counters.Reported(AgentAddress.LocalName, reports);
        return reports;
    }
}

/// <summary>An engine whose hand-overs are compared with twins that never moved.</summary>
internal sealed class TwinnedEngine(ILinkedEngine engine, string agent, Twins twins) : PassingEngine(engine)
{
    public override Task<ImmutableArray<SetOutcome>> SetAsync(
        ImmutableArray<Assignment> assignments, CancellationToken cancellationToken) =>
        twins.GivenAsync(agent, assignments, base.SetAsync(assignments, cancellationToken));

    public override async Task<ImmutableArray<UnsetOutcome>> UnsetAsync(
        ImmutableArray<TargetEpoch> targets, TimeSpan hold, CancellationToken cancellationToken)
    {
        var outcomes = await base.UnsetAsync(targets, hold, cancellationToken);
        twins.Left(agent, outcomes);
        return outcomes;
    }
}
