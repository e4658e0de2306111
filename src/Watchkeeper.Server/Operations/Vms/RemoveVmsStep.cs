using Watchkeeper.Lifecycle.Faults;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Agents;
using Watchkeeper.Server.Engine;
using Watchkeeper.Server.Storage;
using Watchkeeper.Server.Vim;

namespace Watchkeeper.Server.Operations.Vms;

/// <summary>Removes every VM of a VNF, and with the last one the deployment: nothing is left behind.</summary>
internal sealed class RemoveVmsStep(
    LcmOperationType operationType,
    Store store,
    Assignments assignments,
    ForgettingVms forgetting,
    VimRegistry vims,
    TimeProvider time) : IStep
{
    public static readonly StepName StepName = new("remove-vms");

    public LcmOperationType Operation => operationType;

    public StepName Name => StepName;

    public async Task<StepResult> PerformAsync(VnfLcmOpOcc operation, CancellationToken cancellationToken)
    {
        var instance = await store.FindInstanceAsync(operation.VnfInstanceId, cancellationToken)
            ?? throw new InvalidOperationException($"VNF instance {operation.VnfInstanceId} is gone.");
        if (instance.Deployment is not { } deployment)
        {
            return StepResult.Done(operation);
        }

        var vnfcs = await store.VnfcsAsync(instance.Id, cancellationToken);
        var failures = await Task.WhenAll(vnfcs.Select(vnfc => RemoveAsync(deployment, vnfc.Vnfc, cancellationToken)));
        var gone = vnfcs.Where((_, index) => failures[index] is null).ToImmutableArray();
        var failure = failures.FirstOrDefault(reason => reason is not null);
        ImmutableArray<Write> writes =
        [
            .. gone.Select(vnfc => VnfcTable.Delete(vnfc.Vnfc)),
            .. gone.Select(vnfc => LevelTable.Delete(vnfc.Target)),
            .. gone.Select(vnfc => EventTable.Append(EventOf(operation, "VM_UNDEPLOYED", vnfc.Vnfc))),
        ];
        return failure is null
            ? new StepResult(
                new StepOutcome.Done(),
                operation,
                [
                    .. writes,
                    InstanceTable.Update(instance with { Deployment = null, IsInstantiated = false }),
                    EventTable.Append(EventOf(operation, "SERVICE_UNDEPLOYED", null)),
                ],
                () => Forget(gone))
            : new StepResult(new StepOutcome.Failed(VimFaults.NotRemoved(failure)), operation, writes, () => Forget(gone));
    }

    private async Task<string?> RemoveAsync(Deployment deployment, Vnfc vnfc, CancellationToken cancellationToken)
    {
        try
        {
            await vims.Of(deployment.VimKind).DeleteAsync(vnfc.Id, vnfc.VimResourceId, cancellationToken);
            return null;
        }
        catch (VimException failed)
        {
            return $"VM {vnfc.Id}: {failed.Message}";
        }
    }

    private void Forget(ImmutableArray<WatchedVnfc> gone)
    {
        assignments.Deleted(gone);
        forgetting.Forget(gone);
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
