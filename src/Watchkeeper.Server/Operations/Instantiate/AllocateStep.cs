using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Agents;
using Watchkeeper.Server.Engine;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Operations.Instantiate;

/// <summary>
/// Stores the deployment, the agent's pair, and a row for each VM to be made: from here on there is something to undo.
/// </summary>
internal sealed class AllocateStep(
    Store store,
    Drafting drafting,
    Assignments assignments,
    UnsetAllStep unset,
    VmRemoval removal,
    IIdSource ids) : IStep
{
    public LcmOperationType Operation => LcmOperationType.Instantiate;

    public StepName Name => InstantiatePlan.Allocate;

    public async Task<StepResult> PerformAsync(VnfLcmOpOcc operation, CancellationToken cancellationToken)
    {
        if (IsAllocated(operation))
        {
            return StepResult.Done(operation);
        }

        if (await ClearLeftoversAsync(operation, cancellationToken) is { } uncleared)
        {
            return new StepResult(uncleared, operation, []);
        }

        var instance = await store.FindInstanceAsync(operation.VnfInstanceId, cancellationToken)
            ?? throw new InvalidOperationException($"VNF instance {operation.VnfInstanceId} is gone.");
        var (blueprint, fault) = await drafting.DraftAsync(
            instance, InstantiateRequest.Of(operation), cancellationToken);
        if (fault is not null)
        {
            return new StepResult(new StepOutcome.Failed(fault), operation, []);
        }

        ImmutableArray<WatchedVnfc> vnfcs =
        [
            .. blueprint!.Deployment.Vms.Select(vm => new WatchedVnfc(
                new Vnfc { Id = new VnfcId(ids.Next()), VnfInstanceId = instance.Id, VduId = vm.Vdu.Id },
                vm.Vdu.Monitoring)),
        ];
        return new StepResult(
            new StepOutcome.Done(ChangedService: !operation.HasChangedService),
            InstantiateMemory.Kept(operation, instance, blueprint.Deployment.AgentKey),
            [
                InstanceTable.Update(Deployed(instance, blueprint)),
                .. vnfcs.Select(VnfcTable.Insert),
            ],
            () => assignments.Stored(vnfcs));
    }

    // A rollback that failed has taken some VMs away: what it left goes too, and all is made anew.
    private static bool IsAllocated(VnfLcmOpOcc operation)
    {
        var lastOfThese = operation.Journal.LastOrDefault(line =>
            line.Step == RemoveVmsStep.StepName
            || (line.Step == InstantiatePlan.Allocate && line.Outcome is StepOutcome.Done));
        return lastOfThese?.Step == InstantiatePlan.Allocate;
    }

    // An instantiation that was given up (FAILED) has left what it had made: it goes before anything new is made.
    private async Task<StepOutcome.Failed?> ClearLeftoversAsync(VnfLcmOpOcc operation,
        CancellationToken cancellationToken)
    {
        var unwatched = await unset.PerformAsync(operation, cancellationToken);
        await StoreAsync(unwatched, cancellationToken);
        var removed = await removal.RemoveAsync(operation, RemovalTerms.OfLeftovers, cancellationToken);
        await StoreAsync(removed, cancellationToken);
        return removed.Outcome as StepOutcome.Failed;
    }

    private async Task StoreAsync(StepResult result, CancellationToken cancellationToken)
    {
        if (!result.Writes.IsEmpty)
        {
            await store.CommitAsync(result.Writes, cancellationToken);
            result.Stored?.Invoke();
        }
    }

    private static VnfInstance Deployed(VnfInstance instance, Blueprint blueprint)
    {
        var resolved = blueprint.Deployment;
        var deployed = instance with
        {
            AgentKey = resolved.AgentKey ?? instance.AgentKey,
            Deployment = new Deployment
            {
                FlavourId = resolved.FlavourId,
                InstantiationLevelId = resolved.InstantiationLevelId,
                VimKind = blueprint.Vim.Kind,
                VimConnectionId = blueprint.VimConnectionId,
                Agent = resolved.Agent,
                ScaleStatus = resolved.ScaleStatus,
                MaxScaleLevels = resolved.MaxScaleLevels,
                Inputs = resolved.Inputs,
            },
        };
        return resolved.AgentKey is { } key ? deployed.WithPair(key, Pairs.Text(resolved.Agent.Text)) : deployed;
    }
}
