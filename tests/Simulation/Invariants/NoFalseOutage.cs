using Simulation.Truth;

namespace Simulation.Invariants;

/// <summary>No VM that answered its judge is found down: an outage needs so many silent probes in a row, over all
/// judges whose state travelled (<see cref="Claims"/>), and just now.</summary>
internal sealed class NoFalseOutage : IInvariant
{
    public string Name => "no-false-outage";

    public void Committed(World world, Commit commit)
    {
        if (world.Settings.HasProbeFaults)
        {
            return;
        }

        foreach (var stored in commit.Events
            .Where(stored => stored.Event is { Type: "VM_ALIVE", Status: "FAILURE" }))
        {
            var vm = world.VmOf(stored.Event.VnfcId!.Value);
            if (world.Claims.Objection(stored.Event.Agent!, vm.Target, stored.Event.Epoch!.Value) is { } objection)
            {
                world.Violate(Name, $"{stored.Event.Agent} found {vm.Name} down {objection}");
                continue;
            }

            var window = (World.Poll * (World.MostSilences + 1)) + world.Settings.LongestDelay;
            if (!vm.IsUp || world.Scheduler.Now - vm.LastDown < window)
            {
                continue;
            }

            world.Violate(
                Name,
                $"{stored.Event.Agent} found {vm.Name} down, which was last down "
                + (vm.LastDown is { } last ? $"{(world.Scheduler.Now - last).TotalSeconds:0.0} s ago." : "never."));
        }
    }
}
