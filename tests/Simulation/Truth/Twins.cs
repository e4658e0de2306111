using Simulation.Machines;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Monitoring.Rules;

namespace Simulation.Truth;

/// <summary>
/// Each VM's twin that never moved: it counts the same probes, whoever sent them, and is what an agent hands over.
/// </summary>
/// <remarks>
/// Only in gentle worlds, where nothing crashes and nobody is cut off: there every unset is answered, every answer is
/// heard and every silence is believed. Elsewhere counters may be lost, and <see cref="CounterLog"/> says how many.
/// </remarks>
internal sealed class Twins(World world)
{
    private const string Name = "counters-equal-a-twin";

    // An answer or a silence is counted with the engine's next tick at the latest.
    private static readonly TimeSpan Uncertain = 1.5 * World.Tick;

    private readonly Dictionary<TargetId, Twin> _twins = [];
    private readonly Dictionary<(string Agent, TargetId Target), AssignmentEpoch> _held = [];

    /// <summary>An agent is given VMs: it holds them under these epochs, unless it refuses.</summary>
    public async Task<ImmutableArray<SetOutcome>> GivenAsync(
        string agent, ImmutableArray<Assignment> assignments, Func<Task<ImmutableArray<SetOutcome>>> setAsync)
    {
        var before = assignments.ToDictionary(one => one.Target, one => _held.GetValueOrDefault((agent, one.Target)));
        foreach (var assignment in assignments)
        {
            _held[(agent, assignment.Target)] = assignment.Epoch;
        }

        // What is due it may probe before this returns.
        var outcomes = await setAsync();
        foreach (var target in before.Keys.Except(outcomes.Where(one => one.IsSet).Select(one => one.Target)))
        {
            _held[(agent, target)] = before[target];
        }

        return outcomes;
    }

    /// <summary>
    /// Whether what an agent sees of a VM counts: it is its judge, or one of the last while there is none.
    /// </summary>
    public bool IsHolder(string agent, SimulatedVm vm)
    {
        var held = _held.GetValueOrDefault((agent, vm.Target)).Value;
        return world.Truth.Find(vm.Target)?.Vnfc is { } row
            && (held == row.Epoch || (row.Monitor != MonitorState.Set && held >= row.HeldEpoch));
    }

    /// <summary>A VM is probed: when it will be decided, and how.</summary>
    public void Asked(string agent, SimulatedVm vm, Kpi kpi, bool isAnswered, TimeSpan decided)
    {
        // A sleeper that nobody told of the end wakes, probes once, and is told to stop: it counts for nobody.
        if (world.Truth.Find(vm.Target)?.Vnfc is not { } row
            || !IsHolder(agent, row, _held.GetValueOrDefault((agent, vm.Target))))
        {
            return;
        }

        if (!_twins.TryGetValue(vm.Target, out var twin))
        {
            _twins[vm.Target] = twin = new Twin(kpi);
        }

        twin.Probes.Add((decided, isAnswered));
    }

    /// <summary>An agent has left VMs, and hands their counters over.</summary>
    public void Left(string agent, ImmutableArray<UnsetOutcome> outcomes)
    {
        foreach (var outcome in outcomes.Where(one => one is { IsUnset: true, Carried.IsEmpty: false }))
        {
            if (world.Settings.IsGentle && IsHolder(agent, outcome) && _twins.TryGetValue(outcome.Target, out var twin))
            {
                Compare(agent, outcome, twin);
            }
        }
    }

    private void Compare(string agent, UnsetOutcome outcome, Twin twin)
    {
        var now = world.Scheduler.Now;
        var (sure, doubtful) = (twin.State, default(KpiState?));
        foreach (var (decided, isAnswered) in twin.Probes.Where(probe => probe.Decided <= now))
        {
            if (decided <= now - Uncertain)
            {
                sure = sure.Observe(isAnswered, twin.Kpi).Next;
            }
            else
            {
                doubtful = sure.Observe(isAnswered, twin.Kpi).Next;
            }
        }

        // What is still open is given up, and asked again by the next agent.
        twin.Probes.Clear();
        var carried = outcome.Carried.Single(kpi => kpi.EventName == twin.Kpi.EventName);
        twin.State = carried.State;
        if (carried.State != sure && carried.State != doubtful)
        {
            world.Violate(
                Name,
                $"{agent} hands over {world.Names.Of(outcome.Target)} with {carried.State}, and its twin that never "
                + $"moved has {sure}" + (doubtful is { } other ? $" or {other}." : "."));
        }
    }

    // The judge, or the last one while there is none. One that is asked again says what it said before: of a VM that
    // its judge has taken since, that is old.
    private bool IsHolder(string agent, UnsetOutcome outcome) => world.Truth.Find(outcome.Target) is { Vnfc: var vnfc }
        && IsHolder(agent, vnfc, outcome.CountedUnder)
        && (outcome.CountedUnder.Value == vnfc.Epoch
            || _held.GetValueOrDefault((vnfc.Agent ?? "", outcome.Target)).Value != vnfc.Epoch);

    private static bool IsHolder(string agent, Vnfc vnfc, AssignmentEpoch epoch) =>
        (vnfc.Agent == agent && vnfc.Epoch == epoch.Value) || (vnfc.HeldBy == agent && vnfc.HeldEpoch == epoch.Value);

    private sealed class Twin(Kpi kpi)
    {
        public Kpi Kpi => kpi;

        public KpiState State { get; set; }

        public List<(TimeSpan Decided, bool IsAnswered)> Probes { get; } = [];
    }
}
