using Simulation.Truth;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Operations.MonitoringMigration;

namespace Simulation.Invariants;

/// <summary>A migration that is COMPLETED has the new agent deployed, one that is ROLLED_BACK the old one.</summary>
internal sealed class OutcomesMatchTheTable : IInvariant
{
    public string Name => "outcomes-match-the-table";

    public void Committed(World world, Commit commit)
    {
        foreach (var operation in commit.Occurrences
            .Where(change => change.Before?.State != change.After.State)
            .Select(change => change.After))
        {
            if (MigrationRecord.Of(operation) is not { } record)
            {
                continue;
            }

            var expected = operation.State switch
            {
                LcmOperationState.Completed => record.To,
                LcmOperationState.RolledBack => record.From,
                _ => null,
            };
            var deployed = world.Truth.Instances[operation.VnfInstanceId.ToString()].Deployment!.Agent;
            if (expected is not null && !deployed.IsSameAgentAs(AgentAddress.Stored(expected)))
            {
                world.Violate(
                    Name,
                    $"{world.Names.Of(operation.Id)} is {operation.State}, and {deployed.Name} is deployed instead of "
                    + $"{expected}.");
            }
        }
    }
}
