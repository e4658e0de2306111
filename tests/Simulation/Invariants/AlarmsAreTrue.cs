using Simulation.Truth;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Lifecycle.Operations;

namespace Simulation.Invariants;

/// <summary>An alarm is stored with what causes it, and ends with it: after every commit both are there, or
/// neither.</summary>
/// <remarks>What time alone makes an alarm of is <see cref="AlarmsAreRaised"/>.</remarks>
internal sealed class AlarmsAreTrue : IInvariant
{
    public string Name => "alarms-are-true";

    public void Committed(World world, Commit commit)
    {
        var open = world.Truth.OpenAlarms;
        foreach (var vnfc in commit.Vnfcs.Where(change => change.Before is not null).Select(one => one.After.Vnfc))
        {
            var id = vnfc.Id.ToString();
            if (open.Contains(("VM_DOWN", id)) != (vnfc.State == VmState.Error))
            {
                world.Violate(Name, $"{vnfc.Address} is {vnfc.State}, and its alarm says otherwise.");
            }

            if (IsAlarmed(vnfc) is { } wanted && open.Contains(("VM_UNWATCHED", id)) != wanted)
            {
                world.Violate(
                    Name,
                    $"{vnfc.Address} is {vnfc.Monitor} on {vnfc.Agent}{(vnfc.GuardFor is null ? "" : ", its guard")}, "
                    + $"and its alarm is {(wanted ? "not " : "")}open.");
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

        // What was found down stays so while nobody looks.
        foreach (var row in world.Truth.Vnfcs.Values.Select(one => one.Vnfc)
            .Where(one => one is { State: VmState.Error, Monitor: not MonitorState.Unset }))
        {
            world.Violate(Name, $"All is well, and {row.Address} is still {row.State}.");
        }
    }

    // Whether its alarm must be open; null when only time decides: its agent may be back soon, or it is being moved.
    private static bool? IsAlarmed(Vnfc vnfc) => vnfc.Monitor switch
    {
        MonitorState.SetFailed => true,
        MonitorState.Set => vnfc.GuardFor is not null,
        MonitorState.Unset => false,
        _ => null,
    };
}
