using Watchkeeper.Lifecycle.Instances;

namespace Simulation.Invariants;

/// <summary>When all is over, every VM is watched by the agent that its deployment names, and nowhere else.</summary>
internal sealed class EveryVmHasItsJudge : IInvariant
{
    public string Name => "every-vm-has-its-judge";

    public void Ended(World world)
    {
        foreach (var vm in world.Vms)
        {
            var row = world.Truth.Vnfcs[vm.Id.ToString()].Vnfc;
            var deployed = world.Truth.Instances[row.VnfInstanceId.ToString()].Deployment!.Agent.Name;
            var watchers = world.WatchersOf(vm);
            if (row.Monitor == MonitorState.Unset)
            {
                if (watchers.Count > 0)
                {
                    world.Violate(Name, $"{vm.Name} was disabled, and is watched by {string.Join(", ", watchers)}.");
                }

                continue;
            }

            var expected = $"{deployed} {row.Epoch}";
            if (watchers.Count != 1 || watchers[0] != expected || row.Agent != deployed
                || row.Monitor != MonitorState.Set)
            {
                world.Violate(
                    Name,
                    $"{vm.Name} is deployed with {deployed}; its row says {row.Agent} {row.Epoch} {row.Monitor}; "
                    + $"it is watched by [{string.Join(", ", watchers)}].");
            }
        }
    }
}
