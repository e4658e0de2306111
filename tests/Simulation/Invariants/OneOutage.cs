using Simulation.Machines;
using Simulation.Truth;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Monitoring.Agents;

namespace Simulation.Invariants;

/// <summary>A VM that its judges could see down leads to one stored outage, and to one only.</summary>
/// <remarks>
/// What one judge saw counts for the next one: counters travel, and outlive the manager and the judge, as far as they
/// were told. Each change of hands, and each restart, may cost a poll: the probe that is under way is given up, and of
/// a judge that does not answer only its last report is known. What the manager had only been told dies with it if the
/// judge does too, but for what was stored up to two beats ago.
/// </remarks>
internal sealed class OneOutage : IInvariant
{
    // Threshold x poll, a lease, and what is left for a tick, a look and a commit.
    private static readonly TimeSpan Patience =
        (World.Poll * World.MostSilences) + AgentLimits.Lease + TimeSpan.FromMilliseconds(500);

    // Counts wait for a beat of a second to be stored, and for another one when the VM changes just then.
    private const int UnstoredPolls = 2;

    private readonly Dictionary<SimulatedVm, Sight> _sights = [];
    private readonly Dictionary<SimulatedVm, TimeSpan> _told = [];

    public string Name => "one-outage";

    public void Committed(World world, Commit commit)
    {
        foreach (var stored in commit.Events)
        {
            if (stored.Event is { Type: "VM_ALIVE", Status: "FAILURE" } && !world.Settings.HasProbeFaults)
            {
                Take(world, world.VmOf(stored.Event.VnfcId!.Value));
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
            if (sight.Seen > Patience + (sight.Changes * World.Poll))
            {
                world.Violate(
                    Name,
                    $"{vm.Name} has been down before the eyes of {row.Agent} (epoch {row.Epoch}), after "
                    + $"{sight.Changes} changes, for {sight.Seen.TotalSeconds:0.0} s, and is still {row.State}.");
            }
        }
    }

    // Each fall is told once: the oldest that was not told yet and is not over for longer than a verdict may be late.
    private void Take(World world, SimulatedVm vm)
    {
        var late = (World.Poll * (World.MostSilences + 1)) + world.Settings.LongestDelay;
        var last = _told.GetValueOrDefault(vm, TimeSpan.MinValue);
        foreach (var (fell, returned) in vm.Falls)
        {
            if (fell > last && (returned is not { } end || world.Scheduler.Now - end < late))
            {
                _told[vm] = fell;
                return;
            }
        }

        if (last > TimeSpan.MinValue)
        {
            world.Violate(
                Name, $"The outage of {vm.Name} that began at {last.TotalSeconds:0.00} s was stored once more.");
        }
    }

    // What was seen of this outage so far, by the present judge and those before it.
    private Sight SightOf(World world, SimulatedVm vm, Vnfc row)
    {
        var now = new Sight(vm.Since, row.Epoch, row.Agent, LifeOf(world, row.Agent), world.Server.ServesSince);
        var had = _sights.GetValueOrDefault(vm);
        if (vm.IsUp || row.State != VmState.Alive || had.Outage != now.Outage)
        {
            return now;
        }

        var (isOtherManager, isOtherJudge) = (
            had.Manager != now.Manager,
            had.Epoch != row.Epoch || LifeOf(world, had.Agent) != had.Life);
        var changes = (isOtherManager, isOtherJudge) switch
        {
            (true, true) => 2 + UnstoredPolls,
            (false, false) => 0,
            _ => 1,
        };
        return now with { Seen = had.Seen, Changes = had.Changes + changes };
    }

    private static TimeSpan? LifeOf(World world, string? agent) => agent == AgentAddress.LocalName
        ? world.Server.ServesSince
        : world.Agents.FirstOrDefault(one => one.Name == agent)?.RunsSince;

    private readonly record struct Sight(
        TimeSpan Outage, long Epoch, string? Agent, TimeSpan? Life, TimeSpan? Manager)
    {
        public TimeSpan Seen { get; init; }

        public int Changes { get; init; }
    }
}
