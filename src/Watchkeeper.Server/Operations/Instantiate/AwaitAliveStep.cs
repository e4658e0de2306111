using System.Collections.Concurrent;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Agents;
using Watchkeeper.Server.Engine;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Operations.Instantiate;

/// <summary>Waits until the aliveness KPI of every VM has come true, and declares the VNF INSTANTIATED.</summary>
/// <remarks>
/// The boot time runs anew after a restart of the manager: what booted meanwhile answers at the first probe. The wait
/// may be long and vain, so it is the engine's to keep: it takes no place among the operations at work.
/// </remarks>
internal sealed class AwaitAliveStep(Store store, Assignments assignments, TimeProvider time) : IStep
{
    // One for each occurrence that waits in this process; its result are the VMs that did not come alive.
    private readonly ConcurrentDictionary<OperationId, (int Entry, Task<ImmutableArray<WatchedVnfc>> Missing)> _waits =
        [];

    public LcmOperationType Operation => LcmOperationType.Instantiate;

    public StepName Name => InstantiatePlan.AwaitAlive;

    public async Task<StepResult> PerformAsync(VnfLcmOpOcc operation, CancellationToken cancellationToken)
    {
        var vnfcs = await store.VnfcsAsync(operation.VnfInstanceId, cancellationToken);
        var bootTime = vnfcs.Select(vnfc => vnfc.Monitoring.BootTime).DefaultIfEmpty().Max();
        if (!_waits.TryGetValue(operation.Id, out var wait) || wait.Entry != operation.Entry)
        {
            wait = (operation.Entry, MissingAsync(operation.VnfInstanceId, vnfcs, bootTime));
            _waits[operation.Id] = wait;
        }

        if (!wait.Missing.IsCompleted)
        {
            return StepResult.Waiting(operation, wait.Missing);
        }

        var missing = await wait.Missing;
        var ended = missing.IsEmpty
            ? await AliveAsync(operation, cancellationToken)
            : NotAlive(operation, missing, bootTime);
        return ended with { Stored = () => _waits.TryRemove(operation.Id, out _) };
    }

    private static StepResult NotAlive(
        VnfLcmOpOcc operation, ImmutableArray<WatchedVnfc> missing, TimeSpan bootTime)
    {
        var names = string.Join(", ", missing.Select(vnfc => $"{vnfc.Vnfc.Id} at {vnfc.Vnfc.Address}"));
        return new StepResult(
            new StepOutcome.Failed(VimFaults.NotAlive(names, bootTime.TotalSeconds)), operation, []);
    }

    private async Task<StepResult> AliveAsync(VnfLcmOpOcc operation, CancellationToken cancellationToken)
    {
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

    // Ends with the boot time at the latest; a manager that stops leaves it behind.
    private async Task<ImmutableArray<WatchedVnfc>> MissingAsync(
        VnfInstanceId instance, ImmutableArray<WatchedVnfc> vnfcs, TimeSpan bootTime)
    {
        using var deadline = new CancellationTokenSource(bootTime, time);
        while (true)
        {
            var change = assignments.NextChangeOf(instance);
            ImmutableArray<WatchedVnfc> missing = [.. vnfcs.Where(vnfc => !IsAlive(vnfc))];
            if (missing.IsEmpty || deadline.IsCancellationRequested)
            {
                return missing;
            }

            await change.WaitAsync(deadline.Token).ConfigureAwait(
                ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
    }

    private bool IsAlive(WatchedVnfc vnfc) =>
        assignments.TryFind(vnfc.Target, out var found) && found.Vnfc.State == VmState.Alive;
}
