using Watchkeeper.Lifecycle.Faults;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Agents;
using Watchkeeper.Server.Engine;
using Watchkeeper.Server.Operations.MonitoringMigration;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Operations.Vms;

/// <summary>Takes the monitor off every VM of a VNF for good: what comes next must not look like a failure.</summary>
internal sealed class UnsetAllStep(
    LcmOperationType operationType,
    Store store,
    Assignments assignments,
    MonitorUnsetting monitors,
    MigrationOptions options) : IStep
{
    public static readonly StepName StepName = new("unset-monitor");

    public LcmOperationType Operation => operationType;

    public StepName Name => StepName;

    public async Task<StepResult> PerformAsync(VnfLcmOpOcc operation, CancellationToken cancellationToken)
    {
        var vnfcs = await store.VnfcsAsync(operation.VnfInstanceId, cancellationToken);
        var results = await monitors.UnsetAsync(
            vnfcs, hold: TimeSpan.Zero, TimeSpan.FromSeconds(options.UnsetTimeout), cancellationToken);
        var refused = results.FirstOrDefault(result => result.Refusal is not null);
        var fault = refused is null
            ? null
            : new Fault(
                "faults/unset-failed",
                "Unset of the monitor failed",
                502,
                $"The monitoring agent '{refused.Vnfc.Vnfc.Agent}' did not confirm that it left "
                + $"{refused.Vnfc.Vnfc.Id}: {refused.Refusal}.");
        return new StepResult(
            fault is null ? new StepOutcome.Done() : new StepOutcome.Failed(fault),
            operation,
            [.. results.Select(result => VnfcTable.Update(result.Vnfc.Vnfc))],
            () => assignments.Stored(results.Select(result => MonitorSetting.Stored(result.Vnfc))));
    }
}
