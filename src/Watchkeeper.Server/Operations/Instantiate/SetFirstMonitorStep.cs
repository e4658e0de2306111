using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Agents;
using Watchkeeper.Server.Engine;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Operations.Instantiate;

/// <summary>Sets the monitors of the new VMs on the agent that the deployment names.</summary>
internal sealed class SetFirstMonitorStep(
    Store store, MonitorSetting monitors, CapacityLedger capacity) : IStep
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
        var results = await monitors.SendAsync(stamped, agent, cancellationToken);
        return new StepResult(
            MonitorOutcomes.Of(agent, results), operation, monitors.WritesOf(results), () => monitors.Stored(results));
    }
}
