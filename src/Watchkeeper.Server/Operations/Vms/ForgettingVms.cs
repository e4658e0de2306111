using Watchkeeper.Server.Agents;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Operations.Vms;

/// <summary>Drops what is remembered of VMs that are gone.</summary>
internal sealed class ForgettingVms(CarriedStates carried, LevelBook levels)
{
    /// <summary>Forgets their KPI state and levels.</summary>
    public void Forget(ImmutableArray<WatchedVnfc> gone)
    {
        foreach (var vnfc in gone)
        {
            carried.Forget(vnfc.Target);
            levels.Forget(vnfc.Target);
        }
    }
}
