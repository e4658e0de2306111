using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Agents;
using Watchkeeper.Server.Engine;
using Watchkeeper.Server.Storage;
using Watchkeeper.Server.Vim;

namespace Watchkeeper.Server.Operations;

/// <summary>Removes every VM of a VNF, and with the last one the deployment: nothing is left behind.</summary>
internal sealed class VmRemoval(Store store, RemovedVms removed, VimRegistry vims, TimeProvider time)
{
    /// <summary>Removes what is there; what could not be removed stays stored, and the outcome says why.</summary>
    public async Task<StepResult> RemoveAsync(
        VnfLcmOpOcc operation, RemovalTerms terms, CancellationToken cancellationToken)
    {
        var instance = await store.FindInstanceAsync(operation.VnfInstanceId, cancellationToken)
            ?? throw new InvalidOperationException($"VNF instance {operation.VnfInstanceId} is gone.");
        if (instance.Deployment is not { } deployment)
        {
            return StepResult.Done(operation);
        }

        var vnfcs = await store.VnfcsAsync(instance.Id, cancellationToken);
        var failures = await Task.WhenAll(vnfcs.Select(
            vnfc => RemoveAsync(deployment, vnfc.Vnfc, terms.OnBehalf, cancellationToken)));
        var gone = vnfcs.Where((_, index) => failures[index] is null).ToImmutableArray();
        var failure = Array.Find(failures, reason => reason is not null);
        ImmutableArray<Write> writes =
        [
            .. removed.WritesOf(gone),
            .. gone.Select(vnfc => EventTable.Append(EventOf(operation, "VM_UNDEPLOYED", vnfc.Vnfc))),
        ];
        return failure is null
            ? new StepResult(
                new StepOutcome.Done(ChangedService: true),
                operation,
                [
                    .. writes,
                    InstanceTable.Update(terms.Left(instance) with { Deployment = null, IsInstantiated = false }),
                    EventTable.Append(EventOf(operation, "SERVICE_UNDEPLOYED", null)),
                ],
                () => removed.Forget(gone))
            : new StepResult(
                new StepOutcome.Failed(VimFaults.NotRemoved(failure)), operation, writes, () => removed.Forget(gone));
    }

    private async Task<string?> RemoveAsync(
        Deployment deployment, Vnfc vnfc, VimOperation? onBehalf, CancellationToken cancellationToken)
    {
        try
        {
            var vim = vims.Of(deployment.VimKind);
            await (onBehalf is null
                ? vim.DeleteAsync(vnfc.Id, vnfc.VimResourceId, cancellationToken)
                : vim.DeleteAsync(vnfc.Id, vnfc.VimResourceId, onBehalf, cancellationToken));
            return null;
        }
        catch (VimException failed)
        {
            return $"VM {vnfc.Id}: {failed.Message}";
        }
    }

    private CoreEvent EventOf(VnfLcmOpOcc operation, string type, Vnfc? vnfc) => new(
        type,
        "SUCCESS",
        operation.VnfInstanceId,
        vnfc?.Id,
        operation.Id,
        Agent: null,
        Epoch: null,
        vnfc is null ? "Every VM is gone." : $"The VM at {vnfc.Address} is gone.",
        time.GetUtcNow());
}
