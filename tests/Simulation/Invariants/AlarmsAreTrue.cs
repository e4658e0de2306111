using Simulation.Truth;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Lifecycle.Operations;

namespace Simulation.Invariants;

/// <summary>An alarm is stored with what causes it, and ends with it: after every commit both are there, or
/// neither.</summary>
internal sealed class AlarmsAreTrue : IInvariant
{
    public string Name => "alarms-are-true";

    public void Committed(World world, Commit commit)
    {
        if (commit.Vnfcs.IsEmpty && commit.Occurrences.IsEmpty)
        {
            return;
        }

        var open = world.Truth.OpenAlarms.ToHashSet();
        foreach (var (before, after) in commit.Vnfcs)
        {
            var (vnfc, id) = (after.Vnfc, after.Vnfc.Id.ToString());
            if (before is not null && open.Contains(("VM_DOWN", id)) != (vnfc.State == VmState.Error))
            {
                world.Violate(Name, $"{vnfc.Address} is {vnfc.State}, and its alarm says otherwise.");
            }

            if (before is not null
                && open.Contains(("VM_UNWATCHED", id))
                && vnfc is { Monitor: MonitorState.Set, GuardFor: null })
            {
                world.Violate(Name, $"{vnfc.Address} is watched by {vnfc.Agent}, and its alarm is open.");
            }
        }

        foreach (var (_, after) in commit.Occurrences)
        {
            if (after.State != LcmOperationState.FailedTemp
                && open.Contains(("OPERATION_FAILED_TEMP", after.Id.ToString())))
            {
                world.Violate(Name, $"{world.Names.Of(after.Id)} is {after.State}, and its alarm is open.");
            }
        }
    }

    public void Ended(World world)
    {
        foreach (var (code, subject) in world.Truth.OpenAlarms.Where(alarm => alarm.Code != "VM_DOWN"))
        {
            world.Violate(Name, $"All is well, and {code} of {subject} is open.");
        }
    }
}
