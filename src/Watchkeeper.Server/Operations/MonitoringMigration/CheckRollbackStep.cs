using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Engine;

namespace Watchkeeper.Server.Operations.MonitoringMigration;

/// <summary>Refuses a rollback that has nothing to update, before any monitor is touched: row 7.</summary>
internal sealed class CheckRollbackStep : IStep
{
    public LcmOperationType Operation => LcmOperationType.MonitoringMigration;

    public StepName Name => MigrationPlan.CheckRollback;

    public Task<StepResult> PerformAsync(VnfLcmOpOcc operation, CancellationToken cancellationToken) =>
        Task.FromResult(operation.HasChangedService
            ? StepResult.Done(operation)
            : new StepResult(
                new StepOutcome.Failed(MigrationFaults.NothingToRollBack(operation.Fault)), operation, []));
}
