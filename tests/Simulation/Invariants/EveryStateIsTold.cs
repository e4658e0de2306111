using Simulation.Truth;
using Watchkeeper.Server.Engine;

namespace Simulation.Invariants;

/// <summary>Every state that is entered is told by exactly one entry of the log, stored with it; at the end every
/// consumer has got all that it subscribed to.</summary>
internal sealed class EveryStateIsTold : IInvariant
{
    private int _states;

    public string Name => "every-state-is-told";

    public void Committed(World world, Commit commit)
    {
        foreach (var (before, after) in commit.Occurrences)
        {
            var told = commit.Notifications
                .Where(stored => stored.Entry.Operation?.Id == after.Id)
                .Select(stored => stored.Entry.Operation!.State).ToList();
            if (before?.State != after.State)
            {
                _states++;
                if (told.Count != 1 || told[0] != after.State)
                {
                    world.Violate(
                        Name,
                        $"{world.Names.Of(after.Id)} entered {Spelling.Of(after.State)}, and with it "
                        + $"[{string.Join(", ", told)}] was told.");
                }
            }
            else if (told.Count > 0)
            {
                world.Violate(
                    Name, $"{world.Names.Of(after.Id)} stayed in {Spelling.Of(after.State)}, and was told again.");
            }
        }

        if (world.Truth.Notifications.Count != _states)
        {
            world.Violate(
                Name, $"{_states} states were entered, and {world.Truth.Notifications.Count} entries are in the log.");
        }
    }

    public void Ended(World world)
    {
        foreach (var consumer in world.Consumers.All)
        {
            foreach (var missed in world.Consumers.Waiting(consumer))
            {
                world.Violate(Name, $"'{consumer.Name}' was never told {world.Names.Of(missed.Entry)}.");
            }
        }
    }
}
