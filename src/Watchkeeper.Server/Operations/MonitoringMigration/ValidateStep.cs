using Watchkeeper.Lifecycle.Faults;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Agents;
using Watchkeeper.Server.Engine;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Operations.MonitoringMigration;

/// <summary>Asks everything that can be asked before anything is touched: rows 1 and 2 of the error table.</summary>
internal sealed class ValidateStep(
    Store store, AgentDirectory directory, CapacityLedger capacity, Preflight preflight, MigrationOptions options)
    : IStep
{
    public LcmOperationType Operation => LcmOperationType.MonitoringMigration;

    public StepName Name => MigrationPlan.Validate;

    public async Task<StepResult> PerformAsync(VnfLcmOpOcc operation, CancellationToken cancellationToken)
    {
        var request = MigrateRequest.Of(operation);
        var instance = await store.FindInstanceAsync(operation.VnfInstanceId, cancellationToken);
        if (instance?.Deployment is not { } deployment)
        {
            return Refused(operation, OperationFaults.NotInstantiated);
        }

        var vnfcs = await store.VnfcsAsync(instance.Id, cancellationToken);
        var prepared = Prepared(operation, request, instance, deployment, vnfcs);
        if (MigrationMemory.Of(prepared).NothingToMove)
        {
            return StepResult.Done(prepared);
        }

        var fault = await ObjectionAsync(operation, request.Agent, vnfcs, cancellationToken);
        return fault is null ? StepResult.Done(prepared) : Refused(prepared, fault);
    }

    private async Task<Fault?> ObjectionAsync(
        VnfLcmOpOcc operation,
        AgentAddress to,
        ImmutableArray<WatchedVnfc> vnfcs,
        CancellationToken cancellationToken)
    {
        if (vnfcs.FirstOrDefault(vnfc => vnfc.Vnfc.Monitor == MonitorState.Unset) is { } unset)
        {
            return MigrationFaults.AlreadyUnset(unset.Vnfc.Id.ToString());
        }

        if (vnfcs.FirstOrDefault(vnfc => vnfc.Vnfc.State == VmState.Undeploying) is { } leaving)
        {
            return MigrationFaults.BeingRemoved(leaving.Vnfc.Id.ToString());
        }

        await directory.SettledAsync(to.Name, cancellationToken);
        ImmutableArray<WatchedVnfc> moving =
            [.. vnfcs.Where(vnfc => !string.Equals(vnfc.Vnfc.Agent, to.Name, StringComparison.Ordinal))];
        return directory.Find(to.Name) switch
        {
            null => MigrationFaults.AgentUnknown(to.Name),
            { State: not AgentState.Online } agent =>
                MigrationFaults.AgentNotOnline(to.Name, agent.State.ToString().ToUpperInvariant()),
            { IsDraining: true } => MigrationFaults.AgentDraining(to.Name),
            var agent when !capacity.TryReserve(operation.Id.Value, to.Name, agent.Capacity, moving.Length) =>
                MigrationFaults.AgentFull(to.Name, agent.Capacity, moving.Length),
            _ when options.Preflight => await preflight.ObjectionAsync(to.Name, moving, cancellationToken),
            _ => null,
        };
    }

    // On a retry the record and the memory stand: "from" is the agent before this operation, not before this attempt.
    private static VnfLcmOpOcc Prepared(
        VnfLcmOpOcc operation,
        MigrateRequest request,
        VnfInstance instance,
        Deployment deployment,
        ImmutableArray<WatchedVnfc> vnfcs)
    {
        if (operation.Memory is not null)
        {
            return operation;
        }

        var nothingToMove = deployment.Agent.IsSameAgentAs(request.Agent);
        var record = new MigrationRecord(
            deployment.Agent.Text,
            request.MonitoringAgent,
            request.Key,
            nothingToMove
                ? []
                : [.. vnfcs.Select(vnfc =>
                    new MovedVnfc(vnfc.Vnfc.Id.Value, null, null, null, null, PollMs(vnfc), null))]);
        var memory = new MigrationMemory(
            nothingToMove,
            Pairs.Find(instance, request.Key),
            instance.AgentKey,
            ImmutableSortedDictionary<Guid, long>.Empty);
        var prepared = operation.With(record).With(memory);
        if (instance.AgentKey is { } key && !string.Equals(key, request.Key, StringComparison.Ordinal))
        {
            prepared = prepared.Warned(
                $"The agent is stored under '{request.Key}', but the VNFD of this instance reads '{key}': "
                + "instantiated again without a new value, the VNF is watched by the agent named there.");
        }

        return nothingToMove ? prepared.Warned(NoMonitorTouched(request.Agent.Name, vnfcs)) : prepared;
    }

    private static string NoMonitorTouched(string agent, ImmutableArray<WatchedVnfc> vnfcs)
    {
        var without = vnfcs
            .Where(vnfc => vnfc.Vnfc.Monitor != MonitorState.Set || vnfc.Vnfc.GuardFor is not null)
            .Select(vnfc => vnfc.Vnfc.Id.ToString()).ToList();
        return without.Count == 0
            ? $"'{agent}' already watches this VNF; no monitor was touched."
            : $"'{agent}' is the agent of this VNF already, so no monitor was touched, although it does not watch "
                + $"{string.Join(", ", without)} now.";
    }

    private StepResult Refused(VnfLcmOpOcc operation, Fault fault)
    {
        capacity.Release(operation.Id.Value);
        return new StepResult(new StepOutcome.Failed(fault), operation, []);
    }

    private static double PollMs(WatchedVnfc vnfc) =>
        vnfc.Monitoring.Kpis.First(kpi => kpi.IsAliveness).PollFrequency.TotalMilliseconds;
}
