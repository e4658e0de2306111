using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Agents;
using Watchkeeper.Server.Engine;
using Watchkeeper.Server.Storage;
using Watchkeeper.Server.Vim;

namespace Watchkeeper.Server.Operations.Instantiate;

/// <summary>Has the VIM make every VM that is not there yet; those that it could make stay for a retry.</summary>
internal sealed class MakeVmsStep(Store store, Drafting drafting, Assignments assignments, TimeProvider time) : IStep
{
    public LcmOperationType Operation => LcmOperationType.Instantiate;

    public StepName Name => InstantiatePlan.MakeVms;

    public async Task<StepResult> PerformAsync(VnfLcmOpOcc operation, CancellationToken cancellationToken)
    {
        var instance = await store.FindInstanceAsync(operation.VnfInstanceId, cancellationToken)
            ?? throw new InvalidOperationException($"VNF instance {operation.VnfInstanceId} is gone.");
        var request = InstantiateRequest.Of(operation);
        var (blueprint, fault) = await drafting.DraftAsync(instance, request, cancellationToken);
        if (fault is not null)
        {
            return new StepResult(new StepOutcome.Failed(fault), operation, []);
        }

        var vnfcs = await store.VnfcsAsync(instance.Id, cancellationToken);
        var missing = vnfcs.Where(vnfc => vnfc.Vnfc.State == VmState.Deploying);
        var attempts = await Task.WhenAll(missing.Select(
            vnfc => MakeAsync(operation, request, blueprint!, vnfc, cancellationToken)));
        ImmutableArray<WatchedVnfc> made = [.. attempts.Where(a => a.Why is null).Select(attempt => attempt.Vnfc)];
        var failed = Array.Find(attempts, attempt => attempt.Why is not null);
        return new StepResult(
            failed.Why is null ? new StepOutcome.Done() : new StepOutcome.Failed(VimFaults.NotMade(failed.Why)),
            operation,
            [
                .. made.Select(vnfc => VnfcTable.Update(vnfc.Vnfc)),
                .. made.Select(vnfc => EventTable.Append(EventOf(operation, vnfc.Vnfc))),
            ],
            () => assignments.Stored(made.Select(MonitorSetting.Stored)));
    }

    private static async Task<(WatchedVnfc Vnfc, string? Why)> MakeAsync(
        VnfLcmOpOcc operation,
        InstantiateRequest request,
        Blueprint blueprint,
        WatchedVnfc vnfc,
        CancellationToken cancellationToken)
    {
        var vdu = blueprint.Deployment.Vdus.First(vdu => vdu.Id == vnfc.Vnfc.VduId);
        var wanted = vdu.RequestFor(vnfc.Vnfc.Id, operation.VnfInstanceId, request.Simulate) with
        {
            Operation = VimOperations.Of(operation, request.Simulate),
        };
        try
        {
            var vm = await blueprint.Vim.CreateAsync(wanted, cancellationToken);
            return (vnfc with
            {
                Vnfc = vnfc.Vnfc with { Address = vm.Address, VimResourceId = vm.ResourceId, State = VmState.Inert },
            }, null);
        }
        catch (VimException failed)
        {
            return (vnfc, $"VM {vnfc.Vnfc.Id} of {vnfc.Vnfc.VduId}: {failed.Message}");
        }
    }

    private CoreEvent EventOf(VnfLcmOpOcc operation, Vnfc vnfc) => new(
        "VM_DEPLOYED",
        "SUCCESS",
        operation.VnfInstanceId,
        vnfc.Id,
        operation.Id,
        Agent: null,
        Epoch: null,
        $"The VM is at {vnfc.Address}.",
        time.GetUtcNow());
}
