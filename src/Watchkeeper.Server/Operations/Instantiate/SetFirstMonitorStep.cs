using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Agents;
using Watchkeeper.Server.Engine;
using Watchkeeper.Server.Operations.MonitoringMigration;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Operations.Instantiate;

/// <summary>Sets the monitors of the new VMs on the agent that the deployment names.</summary>
internal sealed class SetFirstMonitorStep(
    Store store, Assignments assignments, MonitorSetting monitors, CapacityLedger capacity, MigrationOptions options)
    : IStep
{
    public LcmOperationType Operation => LcmOperationType.Instantiate;

    public StepName Name => InstantiatePlan.SetMonitor;

    public async Task<StepResult> PerformAsync(VnfLcmOpOcc operation, CancellationToken cancellationToken)
    {
        var instance = await store.FindInstanceAsync(operation.VnfInstanceId, cancellationToken)
            ?? throw new InvalidOperationException($"VNF instance {operation.VnfInstanceId} is gone.");
        var agent = instance.Deployment!.Agent.Name;
        var vnfcs = await store.VnfcsAsync(instance.Id, cancellationToken);
        var stamped = await monitors.StampAsync(
            [.. vnfcs.Where(vnfc => vnfc.Vnfc.Monitor != MonitorState.Set)], agent, movedBy: null, cancellationToken);
        capacity.Release(operation.Id.Value);
        var results = await monitors.SendAsync(
            stamped, agent, TimeSpan.FromSeconds(options.SetTimeout), cancellationToken);
        var asked = results.Where(result => !result.IsSkipped).ToList();
        var refused = asked.Find(result => result.Refusal is not null);
        return new StepResult(
            refused is null
                ? new StepOutcome.Done()
                : new StepOutcome.Failed(InstantiateFaults.NotWatched(
                    agent, refused.Vnfc.Vnfc.Id.ToString(), refused.Refusal!)),
            operation,
            [.. asked.Select(result => VnfcTable.Update(result.Vnfc.Vnfc))],
            () => assignments.Stored(asked.Select(result => MonitorSetting.Stored(result.Vnfc))));
    }
}
