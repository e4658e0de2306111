using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Agents;
using Watchkeeper.Server.Engine;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Operations.Instantiate;

/// <summary>Waits until the aliveness KPI of every VM has come true, and declares the VNF INSTANTIATED.</summary>
/// <remarks>The boot time runs anew after a restart of the manager: what booted meanwhile answers at the first
/// probe.</remarks>
internal sealed class AwaitAliveStep(Store store, Assignments assignments, TimeProvider time) : IStep
{
    public LcmOperationType Operation => LcmOperationType.Instantiate;

    public StepName Name => InstantiatePlan.AwaitAlive;

    public async Task<StepResult> PerformAsync(VnfLcmOpOcc operation, CancellationToken cancellationToken)
    {
        var vnfcs = await store.VnfcsAsync(operation.VnfInstanceId, cancellationToken);
        var bootTime = vnfcs.Select(vnfc => vnfc.Monitoring.BootTime).DefaultIfEmpty().Max();
        var missing = await MissingAsync(operation.VnfInstanceId, vnfcs, bootTime, cancellationToken);
        if (!missing.IsEmpty)
        {
            var names = string.Join(", ", missing.Select(vnfc => $"{vnfc.Vnfc.Id} at {vnfc.Vnfc.Address}"));
            return new StepResult(
                new StepOutcome.Failed(VimFaults.NotAlive(names, bootTime.TotalSeconds)), operation, []);
        }

        var instance = await store.FindInstanceAsync(operation.VnfInstanceId, cancellationToken)
            ?? throw new InvalidOperationException($"VNF instance {operation.VnfInstanceId} is gone.");
        return StepResult.Done(
            operation,
            InstanceTable.Update(instance with { IsInstantiated = true }),
            EventTable.Append(new CoreEvent(
                "SERVICE_ALIVE",
                "SUCCESS",
                instance.Id,
                VnfcId: null,
                operation.Id,
                instance.Deployment!.Agent.Name,
                Epoch: null,
                "Every VM was seen alive.",
                time.GetUtcNow())));
    }

    private async Task<ImmutableArray<WatchedVnfc>> MissingAsync(
        VnfInstanceId instance,
        ImmutableArray<WatchedVnfc> vnfcs,
        TimeSpan bootTime,
        CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(bootTime, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        while (true)
        {
            var change = assignments.NextChangeOf(instance);
            ImmutableArray<WatchedVnfc> missing = [.. vnfcs.Where(vnfc => !IsAlive(vnfc))];
            if (missing.IsEmpty)
            {
                return missing;
            }

            try
            {
                await change.WaitAsync(either.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return [.. vnfcs.Where(vnfc => !IsAlive(vnfc))];
            }
        }
    }

    private bool IsAlive(WatchedVnfc vnfc) =>
        assignments.TryFind(vnfc.Target, out var found) && found.Vnfc.State == VmState.Alive;
}
