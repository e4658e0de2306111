using Simulation.Truth;
using Watchkeeper.Server.Storage;

namespace Simulation.Invariants;

/// <summary>No verdict of an old epoch is acted on, nor one of an agent that is not the judge; and no level of such
/// is stored.</summary>
internal sealed class VerdictsAreCurrent : IInvariant
{
    private readonly Dictionary<Guid, long> _accepted = [];

    public string Name => "verdicts-are-current";

    public void Committed(World world, Commit commit)
    {
        foreach (var (before, level) in commit.Levels)
        {
            LookAt(world, commit, before, level);
        }

        foreach (var stored in commit.Events.Where(stored => stored.Event.Type == "VM_ALIVE"))
        {
            var verdict = stored.Event;
            var vm = world.Names.Of(verdict.VnfcId!.Value);
            var row = world.Truth.Vnfcs[verdict.VnfcId.Value.ToString()].Vnfc;
            if (!world.Counters.HasSaid(
                verdict.Agent!, world.Truth.Vnfcs[verdict.VnfcId.Value.ToString()].Target, verdict.Epoch!.Value,
                verdict.Status == "SUCCESS"))
            {
                world.Violate(Name, $"{vm}: {verdict.Agent} has never said so under epoch {verdict.Epoch}.");
            }

            var last = _accepted.GetValueOrDefault(row.Id.Value);
            if (verdict.Epoch < last)
            {
                world.Violate(Name, $"{vm}: a verdict of epoch {verdict.Epoch} was accepted after one of {last}.");
            }

            _accepted[row.Id.Value] = verdict.Epoch!.Value;

            // One commit may carry the verdict and, after it, the next change of hands.
            if (verdict.Epoch > row.Epoch || (verdict.Epoch == row.Epoch && verdict.Agent != row.Agent))
            {
                world.Violate(
                    Name,
                    $"{vm} is {row.Agent}'s under epoch {row.Epoch}, and {verdict.Agent} was believed under "
                    + $"{verdict.Epoch}.");
            }

            var former = commit.Vnfcs.FirstOrDefault(change => change.After.Vnfc.Id == row.Id).Before;
            if (verdict.Epoch < (former?.Vnfc.Epoch ?? row.Epoch))
            {
                world.Violate(
                    Name,
                    $"{vm} was under epoch {former?.Vnfc.Epoch ?? row.Epoch} already, and {verdict.Agent} was believed "
                    + $"under {verdict.Epoch}.");
            }
        }
    }

    private void LookAt(World world, Commit commit, StoredLevel? before, StoredLevel level)
    {
        var vm = world.Names.Of(level.Target);
        var row = world.Truth.Find(level.Target)!.Vnfc;
        var former = commit.Vnfcs.FirstOrDefault(change => change.After.Vnfc.Id == row.Id).Before?.Vnfc ?? row;
        if (level.Epoch < before?.Epoch)
        {
            world.Violate(Name, $"{vm}: a level of epoch {level.Epoch} replaced one of {before.Epoch}.");
        }

        if (world.Counters.Levels.Objection(level, former, row) is { } objection)
        {
            world.Violate(
                Name,
                $"{vm} {objection}, and under epoch {level.Epoch} [{CounterLog.StateOf(level.Kpis)}] was stored.");
        }
    }
}
