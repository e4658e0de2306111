using Simulation.Truth;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Monitoring.Protocol;

namespace Simulation.Machines;

/// <summary>The local MONA's engine, which has no link on which one could see what it says and is given.</summary>
internal sealed class WitnessedEngine(ILinkedEngine engine, CounterLog counters) : PassingEngine(engine)
{
    protected override Task<ImmutableArray<SetOutcome>> GiveAsync(
        ImmutableArray<Assignment> assignments,
        Func<ImmutableArray<Assignment>, Task<ImmutableArray<SetOutcome>>> onwardsAsync)
    {
        counters.Given(AgentAddress.LocalName, assignments);
        return onwardsAsync(assignments);
    }

    protected override async Task<ImmutableArray<UnsetOutcome>> TakeAwayAsync(
        ImmutableArray<TargetEpoch> targets, Func<Task<ImmutableArray<UnsetOutcome>>> onwardsAsync)
    {
        var asked = counters.Now;
        var outcomes = await onwardsAsync();
        counters.Left(AgentAddress.LocalName, outcomes, counters.Answers.IsWaitedFor(asked));
        return outcomes;
    }

    public override ImmutableArray<MonitorReport> TakeReports(int most, bool verdictsOnly)
    {
        var reports = base.TakeReports(most, verdictsOnly);
        counters.Reported(AgentAddress.LocalName, reports);
        return reports;
    }
}

/// <summary>An engine whose hand-overs are compared with twins that never moved, and whose reports with its
/// probes.</summary>
internal sealed class TwinnedEngine(ILinkedEngine engine, string agent, World world) : PassingEngine(engine)
{
    protected override async Task<ImmutableArray<SetOutcome>> GiveAsync(
        ImmutableArray<Assignment> assignments,
        Func<ImmutableArray<Assignment>, Task<ImmutableArray<SetOutcome>>> onwardsAsync)
    {
        var outcomes = await world.Twins.GivenAsync(agent, assignments, () => onwardsAsync(assignments));
        world.Claims.Taken(agent, assignments.Select(assignment => assignment.Target));
        return outcomes;
    }

    protected override async Task<ImmutableArray<UnsetOutcome>> TakeAwayAsync(
        ImmutableArray<TargetEpoch> targets, Func<Task<ImmutableArray<UnsetOutcome>>> onwardsAsync)
    {
        var asked = world.Scheduler.Now;
        var outcomes = await onwardsAsync();
        world.Twins.Left(agent, outcomes);
        world.Claims.Left(agent, asked, outcomes);
        return outcomes;
    }

    public override ImmutableArray<MonitorReport> TakeReports(int most, bool verdictsOnly)
    {
        var reports = base.TakeReports(most, verdictsOnly);
        world.Claims.Said(agent, reports);
        return reports;
    }
}
