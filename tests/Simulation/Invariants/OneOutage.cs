using Simulation.Machines;
using Simulation.Truth;
using Watchkeeper.Lifecycle.Instances;

namespace Simulation.Invariants;

/// <summary>A VM that its judge could see down leads to one stored outage, and to one only.</summary>
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
        foreach (var stored in commit.Events
            .Where(stored => stored.Event is { Type: "VM_ALIVE", Status: "FAILURE" }))
        {
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
            var isMissed = !vm.IsUp && row.State == VmState.Alive && world.IsSeenByItsJudge(row);
            var sight = _sights.GetValueOrDefault(vm);
            if (!isMissed || sight.Epoch != row.Epoch || sight.Since < vm.Since)
            {
                _sights[vm] = new Sight(row.Epoch, world.Scheduler.Now);
            }
            else if (world.Scheduler.Now - sight.Since > Patience)
            {
                world.Violate(
                    Name,
                    $"{vm.Name} has been down before the eyes of {row.Agent} (epoch {row.Epoch}) for "
                    + $"{(world.Scheduler.Now - sight.Since).TotalSeconds:0.0} s, and is still {row.State}.");
            }
        }
    }

    private readonly record struct Sight(long Epoch, TimeSpan Since);
}
