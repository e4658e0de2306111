using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Agents;
using Watchkeeper.Server.Engine;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Operations.MonitoringMigration;

/// <summary>
/// Puts the monitors to sleep on the agents that hold them: rows 3 and 6. Its failure is a warning, never a stop.
/// </summary>
internal sealed class UnsetMonitorStep(
    Store store, Assignments assignments, MonitorUnsetting monitors) : IStep
{
    public LcmOperationType Operation => LcmOperationType.MonitoringMigration;

    public StepName Name => MigrationPlan.UnsetMonitor;

    public async Task<StepResult> PerformAsync(VnfLcmOpOcc operation, CancellationToken cancellationToken)
    {
        var goal = GoalOf(operation);
        var vnfcs = await store.VnfcsAsync(operation.VnfInstanceId, cancellationToken);
        ImmutableArray<WatchedVnfc> leaving =
        [
            .. vnfcs.Where(vnfc => vnfc.Vnfc.Monitor != MonitorState.Unset
                && !string.Equals(vnfc.Vnfc.Agent, goal, StringComparison.Ordinal)),
        ];
        if (leaving.IsEmpty || MigrationMemory.Of(operation).NothingToMove)
        {
            return StepResult.Done(operation);
        }

        var results = await monitors.UnsetAsync(leaving, isForGood: false, cancellationToken);
        return new StepResult(
            MonitorOutcomes.Of(results),
            Told(operation, results),
            monitors.WritesOf(results),
            () => assignments.Stored(results.Select(result => MonitorSetting.Stored(result.Vnfc))));
    }

    // Forward, nobody but the new agent may hold a VM afterwards; backward, nobody but the old one.
    private static string GoalOf(VnfLcmOpOcc operation)
    {
        var record = MigrationRecord.Of(operation)
            ?? throw new InvalidOperationException($"Operation {operation.Id} was not validated.");
        return AgentAddress.Stored(operation.IsBackward ? record.From : record.To).Name;
    }

    private static VnfLcmOpOcc Told(VnfLcmOpOcc operation, ImmutableArray<UnsetResult> results)
    {
        // The gap that is told is the forward move's; a rollback leaves the record of the move that it undoes.
        if (operation.IsBackward || MigrationRecord.Of(operation) is not { } record)
        {
            return operation;
        }

        foreach (var result in results)
        {
            record = record.With(result.Vnfc.Vnfc.Id.Value, moved => moved with
            {
                Unset = result.Refusal is null ? "SUCCESS" : "FAILURE",
                Estimated = result.Refusal is null ? null : true,
            });
        }

        return operation.With(record);
    }
}
