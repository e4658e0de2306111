using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Engine;

namespace Simulation.Invariants;

/// <summary>No operation rests in a working state.</summary>
internal sealed class OperationsEnd : IInvariant
{
    // One attempt: looks 2 x (3 + 2) s, unset 3 + 2 s, set 3 + 5 s, amend 3 + 5 s, a scan of 3 s, and retries.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(45);

    public string Name => "operations-end";

    public void Looked(World world)
    {
        if (world.Server.ServesSince is not { } since || world.Server.Node.IsFrozen)
        {
            return;
        }

        foreach (var operation in world.Truth.Occurrences.Values.Where(IsWorking))
        {
            var from = world.EnteredAt(operation);
            from = from > since ? from : since;
            if (world.Scheduler.Now - from > Patience)
            {
                world.Violate(
                    Name,
                    $"{world.Names.Of(operation.Id)} has been {Spelling.Of(operation.State)} for "
                    + $"{(world.Scheduler.Now - from).TotalSeconds:0} s.");
            }
        }
    }

    public void Ended(World world)
    {
        foreach (var operation in world.Truth.Occurrences.Values.Where(one => one.IsOpen))
        {
            world.Violate(
                Name, $"{world.Names.Of(operation.Id)} is {Spelling.Of(operation.State)} when all is over.");
        }
    }

    private static bool IsWorking(VnfLcmOpOcc operation) => operation.State
        is LcmOperationState.Starting or LcmOperationState.Processing or LcmOperationState.RollingBack;
}
