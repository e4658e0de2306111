using Simulation.Truth;
using Watchkeeper.Lifecycle.Instances;

namespace Simulation.Invariants;

/// <summary>At most one accepted judge per VM: an epoch belongs to one agent, and epochs only grow.</summary>
internal sealed class OneJudge : IInvariant
{
    private readonly Dictionary<(VnfcId, long), string?> _agents = [];

    public string Name => "one-judge";

    public void Committed(World world, Commit commit)
    {
        foreach (var (before, after) in commit.Vnfcs)
        {
            var (vnfc, vm) = (after.Vnfc, world.Names.Of(after.Vnfc.Id));
            if (before is not null && vnfc.Epoch < before.Vnfc.Epoch)
            {
                world.Violate(Name, $"The epoch of {vm} fell from {before.Vnfc.Epoch} to {vnfc.Epoch}.");
            }

            if (!_agents.TryAdd((vnfc.Id, vnfc.Epoch), vnfc.Agent) && _agents[(vnfc.Id, vnfc.Epoch)] != vnfc.Agent)
            {
                world.Violate(
                    Name,
                    $"Epoch {vnfc.Epoch} of {vm} was {_agents[(vnfc.Id, vnfc.Epoch)]}'s and is {vnfc.Agent}'s now: "
                    + "two agents would be believed under one epoch.");
            }
        }
    }
}
