using Simulation.Truth;

namespace Simulation.Invariants;

/// <summary>No verdict of an old epoch is acted on, nor one of an agent that is not the judge.</summary>
internal sealed class VerdictsAreCurrent : IInvariant
{
    private readonly Dictionary<Guid, long> _accepted = [];

    public string Name => "verdicts-are-current";

    public void Committed(World world, Commit commit)
    {
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
}
