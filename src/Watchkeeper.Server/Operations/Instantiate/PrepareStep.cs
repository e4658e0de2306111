using System.Text.Json;
using Watchkeeper.Lifecycle.Faults;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Agents;
using Watchkeeper.Server.Engine;
using Watchkeeper.Server.Packages.Resolution;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Operations.Instantiate;

/// <summary>
/// Looks for objections while nothing is started: the agent must be there with room, the VIM must be able to.
/// </summary>
internal sealed class PrepareStep(Store store, Drafting drafting, AgentDirectory directory, CapacityLedger capacity)
    : IStep
{
    private const int MostNamed = 10;

    public LcmOperationType Operation => LcmOperationType.Instantiate;

    public StepName Name => InstantiatePlan.Prepare;

    public async Task<StepResult> PerformAsync(VnfLcmOpOcc operation, CancellationToken cancellationToken)
    {
        var instance = await store.FindInstanceAsync(operation.VnfInstanceId, cancellationToken)
            ?? throw new InvalidOperationException($"VNF instance {operation.VnfInstanceId} is gone.");
        var request = InstantiateRequest.Of(operation);
        var (blueprint, fault) = await drafting.DraftAsync(instance, request, cancellationToken);
        if (blueprint is not null)
        {
            await directory.SettledAsync(blueprint.Deployment.Agent.Name, cancellationToken);
        }

        fault ??= AgentObjection(operation, blueprint!) ?? VimObjection(operation, request, blueprint!);
        return fault is null
            ? StepResult.Done(Warned(operation, request, blueprint!.Deployment))
            : new StepResult(new StepOutcome.Failed(fault), operation, []);
    }

    // A mistyped name of the agent's input would have the VNF watched by another agent, and nobody told.
    private static VnfLcmOpOcc Warned(
        VnfLcmOpOcc operation, InstantiateRequest request, ResolvedDeployment deployment)
    {
        var unused = request.AdditionalParams
            .Where(given => given.Value.ValueKind != JsonValueKind.Null)
            .Select(given => given.Key)
            .Where(key => key != InstantiateRequest.SimulateParam && key != deployment.AgentKey
                && !deployment.Inputs.ContainsKey(key))
            .ToList();
        return unused.Count == 0
            ? operation
            : operation.Warned(
                $"The VNFD has no input for what additionalParams gives as "
                + $"{string.Join(", ", unused.Take(MostNamed).Select(key => $"'{key}'"))}"
                + $"{(unused.Count > MostNamed ? $" and {unused.Count - MostNamed} more" : "")}: it is not used.");
    }

    private Fault? AgentObjection(VnfLcmOpOcc operation, Blueprint blueprint)
    {
        var key = blueprint.Deployment.AgentKey ?? "the default";
        var name = blueprint.Deployment.Agent.Name;
        var vms = blueprint.Deployment.Vms.Count();
        return directory.Find(name) switch
        {
            null => InstantiateFaults.AgentUnknown(key, name),
            { State: not AgentState.Online } agent =>
                InstantiateFaults.AgentNotOnline(key, name, agent.State.ToString().ToUpperInvariant()),
            { IsDraining: true } => InstantiateFaults.AgentTakesNone(key, name, "is draining"),
            var agent when !capacity.TryReserve(operation.Id.Value, name, agent.Capacity, vms) =>
                InstantiateFaults.AgentTakesNone(
                    key, name, $"watches at most {agent.Capacity} VMs and has no room for {vms} more"),
            _ => null,
        };
    }

    private static Fault? VimObjection(VnfLcmOpOcc operation, InstantiateRequest request, Blueprint blueprint)
    {
        foreach (var vdu in blueprint.Deployment.Vdus)
        {
            var vm = vdu.RequestFor(new VnfcId(operation.Id.Value), operation.VnfInstanceId, request.Simulate);
            if (blueprint.Vim.Objection(vm) is { } objection)
            {
                return VimFaults.Objected(objection);
            }
        }

        return null;
    }
}
