using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Agents;

/// <summary>What the watch keeps of VMs, and lets go of when they are no more.</summary>
internal sealed class RemovedVms(
    Assignments assignments, CarriedStates carried, LevelBook levels, CounterStoring counters, MonitorWrites monitors)
{
    /// <summary>What is written with their end.</summary>
    public ImmutableArray<Write> WritesOf(ImmutableArray<WatchedVnfc> gone) =>
    [
        .. gone.SelectMany(vnfc => monitors.Removed(vnfc.Vnfc)),
        .. gone.Select(vnfc => LevelTable.Delete(vnfc.Target)),
    ];

    /// <summary>Forgets them, once that is stored.</summary>
    public void Forget(ImmutableArray<WatchedVnfc> gone)
    {
        assignments.Deleted(gone);
        foreach (var vnfc in gone)
        {
            carried.Forget(vnfc.Target);
            levels.Forget(vnfc.Target);
            counters.Forget(vnfc.Target);
        }
    }
}
