using Simulation.Truth;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Engine;

namespace Simulation.Invariants;

/// <summary>A journal only grows, an occurrence moves along arrows only, and a VNF has one open at most.</summary>
internal sealed class JournalGrows : IInvariant
{
    public string Name => "journal-grows";

    public void Committed(World world, Commit commit)
    {
        foreach (var (before, after) in commit.Occurrences)
        {
            var operation = world.Names.Of(after.Id);
            if (before is null)
            {
                if (after.State != LcmOperationState.Starting)
                {
                    world.Violate(Name, $"{operation} began in {Spelling.Of(after.State)}.");
                }

                continue;
            }

            if (!after.Journal.Take(before.Journal.Length).SequenceEqual(before.Journal))
            {
                world.Violate(Name, $"{operation}: lines of the journal were lost or changed.");
            }

            if (before.State != after.State
                && !LcmStateMachine.Arrows.Any(arrow => arrow.From == before.State && arrow.To == after.State))
            {
                world.Violate(
                    Name,
                    $"{operation} went from {Spelling.Of(before.State)} to {Spelling.Of(after.State)}: no arrow.");
            }
        }

        if (commit.Occurrences.IsEmpty)
        {
            return;
        }

        foreach (var vnf in world.Truth.Occurrences.Values.Where(one => one.IsOpen)
            .GroupBy(one => one.VnfInstanceId).Where(open => open.Count() > 1))
        {
            world.Violate(Name, $"{world.Names.Of(vnf.Key)} has {vnf.Count()} operations open.");
        }
    }
}
