using Simulation.Machines;
using Simulation.Truth;
using Watchkeeper.Lifecycle.Instances;

namespace Simulation.Invariants;

/// <summary>A VM that its judges could see down leads to one stored outage, and to one only.</summary>
/// <remarks>
/// What one judge saw counts for the next one: counters travel. It does not if the manager has restarted since, which
/// knew them, nor if the former judge did. Each change of hands may cost a poll: the probe that is under way is given
/// up, and of a judge that does not answer only its last report is known.
/// </remarks>
internal sealed class OneOutage : IInvariant
{
    // Threshold x poll, a lease, and what is left for a beat, a tick, a late answer and a commit.
    private static readonly TimeSpan Patience =
        (World.Poll * (World.MostSilences + 1)) + TimeSpan.FromSeconds(1) + TimeSpan.FromSeconds(2);

    private readonly Dictionary<SimulatedVm, Sight> _sights = [];
    private readonly Dictionary<SimulatedVm, (TimeSpan Since, int Found)> _outages = [];

    public string Name => "one-outage";

    public void Committed(World world, Commit commit)
    {
        foreach (var stored in commit.Events)
        {
            // Nobody looks at it any more: who enables it again is told afresh what is found.
            if (stored.Event.Type == "VM_MONITOR_UNSET")
            {
                _outages.Remove(world.VmOf(stored.Event.VnfcId!.Value));
            }

            if (stored.Event is not { Type: "VM_ALIVE", Status: "FAILURE" })
            {
                continue;
            }

            var vm = world.VmOf(stored.Event.VnfcId!.Value);
            var outage = _outages.GetValueOrDefault(vm);
            if (vm.IsUp || world.Settings.HasProbeFaults)
            {
                continue;
            }

            outage = outage.Since == vm.Since ? outage : (vm.Since, 0);
            _outages[vm] = outage with { Found = outage.Found + 1 };
            if (outage.Found > 0)
            {
                world.Violate(Name, $"The outage of {vm.Name} was stored {outage.Found + 1} times.");
            }
        }
    }

    public void Looked(World world)
    {
        foreach (var vm in world.Vms)
        {
            var row = world.Truth.Vnfcs[vm.Id.ToString()].Vnfc;
            var sight = SightOf(world, vm, row);
            if (!vm.IsUp && row.State == VmState.Alive && world.IsSeenByItsJudge(row))
            {
                sight = sight with { Seen = sight.Seen + World.LookEvery };
            }

            _sights[vm] = sight;
            if (sight.Seen > Patience + (sight.Moves * World.Poll))
            {
                world.Violate(
                    Name,
                    $"{vm.Name} has been down before the eyes of {row.Agent} (epoch {row.Epoch}) and {sight.Moves} "
                    + $"judges before it for {sight.Seen.TotalSeconds:0.0} s, and is still {row.State}.");
            }
        }
    }

    // What was seen of this outage so far, by the present judge and those before it.
    private Sight SightOf(World world, SimulatedVm vm, Vnfc row)
    {
        var now = new Sight(vm.Since, row.Epoch, row.Agent, LifeOf(world, row.Agent), world.Server.ServesSince);
        var had = _sights.GetValueOrDefault(vm);
        if (vm.IsUp || row.State != VmState.Alive || had.Outage != now.Outage || had.Manager != now.Manager
            || LifeOf(world, had.Agent) != had.Life)
        {
            return now;
        }

        return now with { Seen = had.Seen, Moves = had.Moves + (had.Epoch == row.Epoch ? 0 : 1) };
    }

    private static TimeSpan? LifeOf(World world, string? agent) =>
        world.Agents.FirstOrDefault(one => one.Name == agent)?.RunsSince;

    private readonly record struct Sight(
        TimeSpan Outage, long Epoch, string? Agent, TimeSpan? Life, TimeSpan? Manager)
    {
        public TimeSpan Seen { get; init; }

        public int Moves { get; init; }
    }
}
