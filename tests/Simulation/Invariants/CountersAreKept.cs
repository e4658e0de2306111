using Simulation.Truth;
using Watchkeeper.Lifecycle.Instances;

namespace Simulation.Invariants;

/// <summary>What a judge counts is stored soon: it is not lost with the manager and the agent.</summary>
internal sealed class CountersAreKept : IInvariant
{
    // It waits for a beat of a second, and for another one when somebody changes the VM just then.
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(2.5);

    public string Name => "counters-are-kept";

    public void Looked(World world)
    {
        if (world.Server.Node.IsFrozen)
        {
            return;
        }

        foreach (var row in world.Truth.Vnfcs.Values.Where(one => one.Vnfc.Monitor == MonitorState.Set))
        {
            if (world.Counters.Lasting(row.Target, Soon) is not { } told || told.Epoch.Value != row.Vnfc.Epoch)
            {
                continue;
            }

            var stored = world.Truth.Levels.GetValueOrDefault(row.Target);
            var state = stored is null ? "nothing" : CounterLog.StateOf(stored.Kpis);
            if (stored?.Epoch != told.Epoch || state != told.State)
            {
                world.Violate(
                    Name,
                    $"{row.Vnfc.Agent} has said [{told.State}] of {row.Vnfc.Address} (epoch {told.Epoch.Value}) since "
                    + $"{told.Since.TotalSeconds:0.00} s, and [{state}] is stored (epoch {stored?.Epoch.Value}).");
            }
        }
    }
}
