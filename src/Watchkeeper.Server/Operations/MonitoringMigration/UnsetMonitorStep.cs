using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Agents;
using Watchkeeper.Server.Engine;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Operations.MonitoringMigration;

/// <summary>Puts the monitors to sleep on the agents that hold them: rows 3 and 6. Its failure is a warning, never a stop.</summary>
internal sealed class UnsetMonitorStep(
    Store store, Assignments assignments, MonitorUnsetting monitors, MigrationOptions options) : IStep
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

        var results = await monitors.UnsetAsync(
            leaving,
            TimeSpan.FromSeconds(options.UnsetHold),
            TimeSpan.FromSeconds(options.UnsetTimeout),
            cancellationToken);
        return new StepResult(
            OutcomeOf(results), Told(operation, results), monitors.WritesOf(results), () => assignments.Stored(
                results.Select(result => MonitorSetting.Stored(result.Vnfc))));
    }

    // Forward, nobody but the new agent may hold a VM afterwards; backward, nobody but the old one.
    private static string GoalOf(VnfLcmOpOcc operation)
    {
        var record = MigrationRecord.Of(operation)
            ?? throw new InvalidOperationException($"Operation {operation.Id} was not validated.");
        return AgentAddress.Stored(operation.IsBackward ? record.From : record.To).Name;
    }

    private static StepOutcome OutcomeOf(ImmutableArray<UnsetResult> results)
    {
        var failed = results.Where(result => result.Refusal is not null).ToList();
        return failed.Count == 0
            ? new StepOutcome.Done()
            : new StepOutcome.Failed(MigrationFaults.UnsetFailed(
                string.Join(", ", failed.Select(result => result.Vnfc.Vnfc.Agent).Distinct(StringComparer.Ordinal)),
                string.Join(", ", failed.Select(result => result.Vnfc.Vnfc.Id.ToString())),
                failed[0].Refusal!));
    }

    private static VnfLcmOpOcc Told(VnfLcmOpOcc operation, ImmutableArray<UnsetResult> results)
    {
        if (OutcomeOf(results) is StepOutcome.Failed failed)
        {
            operation = operation.Warned(failed.Fault.Detail);
        }

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
