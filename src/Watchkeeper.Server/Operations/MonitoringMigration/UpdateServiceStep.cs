using System.Text.Json;
using Watchkeeper.Lifecycle.Faults;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Agents;
using Watchkeeper.Server.Engine;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Operations.MonitoringMigration;

/// <summary>
/// Stores the other agent in the deployment and under the key, and a new epoch for every VM: rows 4 and 7.
/// </summary>
internal sealed class UpdateServiceStep(
    Store store, Assignments assignments, CapacityLedger capacity, ServiceUpdateDrill drill, TimeProvider time) : IStep
{
    public LcmOperationType Operation => LcmOperationType.MonitoringMigration;

    public StepName Name => MigrationPlan.UpdateService;

    public async Task<StepResult> PerformAsync(VnfLcmOpOcc operation, CancellationToken cancellationToken)
    {
        var memory = MigrationMemory.Of(operation);
        var instance = await store.FindInstanceAsync(operation.VnfInstanceId, cancellationToken)
            ?? throw new InvalidOperationException($"VNF instance {operation.VnfInstanceId} is gone.");
        var wanted = operation.IsBackward ? Restored(operation, instance, memory) : Moved(operation, instance);
        if (IsMet(operation, instance))
        {
            // What validation reserved is not needed: the VMs are the new agent's by now, or stay where they are.
            return StepResult.Done(operation) with { Stored = () => capacity.Release(operation.Id.Value) };
        }

        var (fails, afterWrite) = drill.Next(operation.IsBackward);
        if (fails && !afterWrite)
        {
            return Failed(operation, wanted, "a drill made it fail");
        }

        var vnfcs = await store.VnfcsAsync(instance.Id, cancellationToken);
        return Updated(operation, wanted, memory.NothingToMove ? [] : Stamped(operation, wanted, vnfcs), afterWrite);
    }

    public Task<ImmutableArray<Write>> FailureWritesAsync(
        VnfLcmOpOcc operation, Fault fault, CancellationToken cancellationToken) =>
        Task.FromResult<ImmutableArray<Write>>([FailureEvents.OfUpdate(operation, fault, time.GetUtcNow())]);

    // Forward, this operation's own update is not done twice; backward, an update that was written is undone once.
    private static bool IsMet(VnfLcmOpOcc operation, VnfInstance instance) => operation.IsBackward
        ? !operation.HasChangedService
        : operation.HasChangedService
            || (MigrationMemory.Of(operation).NothingToMove && HasPair(operation, instance));

    private static bool HasPair(VnfLcmOpOcc operation, VnfInstance instance)
    {
        var request = MigrateRequest.Of(operation);
        return Pairs.Find(instance, request.Key) is { ValueKind: JsonValueKind.String } value
            && AgentAddress.TryParse(value.GetString()!, out var stored, out _)
            && stored.IsSameAgentAs(request.Agent);
    }

    private static VnfInstance Moved(VnfLcmOpOcc operation, VnfInstance instance)
    {
        var request = MigrateRequest.Of(operation);
        var moved = instance.WithPair(request.Key, Pairs.Text(request.MonitoringAgent));
        return moved with
        {
            AgentKey = instance.AgentKey ?? request.Key,
            Deployment = instance.Deployment! with { Agent = request.Agent },
        };
    }

    private static VnfInstance Restored(VnfLcmOpOcc operation, VnfInstance instance, MigrationMemory memory)
    {
        var record = MigrationRecord.Of(operation)!;
        return instance.WithFormerPair(record.Key, memory.FormerPair) with
        {
            AgentKey = memory.FormerAgentKey,
            Deployment = instance.Deployment! with { Agent = AgentAddress.Stored(record.From) },
        };
    }

    private static ImmutableArray<WatchedVnfc> Stamped(
        VnfLcmOpOcc operation, VnfInstance wanted, ImmutableArray<WatchedVnfc> vnfcs) =>
    [
        .. vnfcs.Select(vnfc => MonitorSetting.Stamped(
            vnfc, wanted.Deployment!.Agent.Name, operation.IsBackward ? null : operation.Id.Value)),
    ];

    private StepResult Updated(
        VnfLcmOpOcc operation, VnfInstance wanted, ImmutableArray<WatchedVnfc> stamped, bool failsAfterWrite)
    {
        var memory = MigrationMemory.Of(operation) with
        {
            Stamped = stamped.ToImmutableSortedDictionary(vnfc => vnfc.Vnfc.Id.Value, vnfc => vnfc.Vnfc.Epoch),
        };
        var told = operation.With(memory) with
        {
            ChangedInfo = operation.IsBackward ? null : MigrationChange.Of(operation, wanted.Vnfd),
        };
        var fault = MigrationFaults.UpdateFailed("a drill made it fail after it was written");
        return new StepResult(
            failsAfterWrite
                ? new StepOutcome.Failed(fault, ChangedService: true) : new StepOutcome.Done(ChangedService: true),
            told,
            [
                InstanceTable.Update(wanted),
                .. stamped.SelectMany(vnfc => MonitorWrites.InHand(vnfc.Vnfc)),
                EventTable.Append(EventOf(operation, wanted, failsAfterWrite ? fault.Detail : null)),
            ],
            () =>
            {
                assignments.Stored(stamped.Select(MonitorSetting.Stored));
                capacity.Release(operation.Id.Value);
            });
    }

    private StepResult Failed(VnfLcmOpOcc operation, VnfInstance wanted, string why)
    {
        var fault = MigrationFaults.UpdateFailed(why);
        return new StepResult(
            new StepOutcome.Failed(fault),
            operation,
            [EventTable.Append(EventOf(operation, wanted, fault.Detail))],
            () => capacity.Release(operation.Id.Value));
    }

    private CoreEvent EventOf(VnfLcmOpOcc operation, VnfInstance wanted, string? failure) => new(
        "SERVICE_UPDATED",
        failure is null ? "SUCCESS" : "FAILURE",
        operation.VnfInstanceId,
        VnfcId: null,
        operation.Id,
        wanted.Deployment!.Agent.Name,
        Epoch: null,
        failure ?? $"The monitoring agent is {wanted.Deployment.Agent.Text}.",
        time.GetUtcNow());
}
