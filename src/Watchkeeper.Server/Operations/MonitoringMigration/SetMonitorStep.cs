using Watchkeeper.Lifecycle.Faults;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Agents;
using Watchkeeper.Server.Engine;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Operations.MonitoringMigration;

/// <summary>
/// Sets the monitors on the agent that the stored deployment names: rows 5 and 8, and the amend of row 4.
/// </summary>
internal sealed class SetMonitorStep(
    Store store, MonitorSetting monitors, MonitorUnsetting formerly, TimeProvider time) : IStep
{
    public LcmOperationType Operation => LcmOperationType.MonitoringMigration;

    public StepName Name => MigrationPlan.SetMonitor;

    public async Task<StepResult> PerformAsync(VnfLcmOpOcc operation, CancellationToken cancellationToken)
    {
        if (MigrationMemory.Of(operation).NothingToMove)
        {
            return StepResult.Done(operation);
        }

        var instance = await store.FindInstanceAsync(operation.VnfInstanceId, cancellationToken)
            ?? throw new InvalidOperationException($"VNF instance {operation.VnfInstanceId} is gone.");
        var agent = instance.Deployment!.Agent.Name;
        var vnfcs = await store.VnfcsAsync(instance.Id, cancellationToken);
        var unset = vnfcs.Where(vnfc => IsToBeSet(operation, vnfc)).ToList();
        var fresh = unset.Where(vnfc => vnfc.Vnfc.Monitor == MonitorState.Unwatched && IsStamped(operation, vnfc))
            .ToList();
        var confirmed = vnfcs
            .Where(vnfc => vnfc.Vnfc.Monitor == MonitorState.Set && IsStamped(operation, vnfc))
            .Select(vnfc => new SetResult(vnfc, Refusal: null, IsSkipped: false, vnfc));

        // A gap is this migration's only on the agent that it moves to: going back, or staying, is no hand-over.
        var isMove = !operation.IsBackward && agent == MigrateRequest.Of(operation).Agent.Name;
        var restamped = await monitors.StampAsync(
            [.. unset.Except(fresh)], agent, isMove ? operation.Id.Value : null, cancellationToken);
        ImmutableArray<WatchedVnfc> setting = [.. fresh.Concat(restamped)];
        await formerly.AskHoldersAsync(setting, cancellationToken);
        var results = await monitors.SendAsync(setting, agent, cancellationToken);
        return Told(operation, agent, vnfcs, [.. confirmed, .. results]);
    }

    // Those without a monitor. When an update has failed and changed nothing, all that it was to change: a sleeper that
    // woke and was confirmed meanwhile is set again like the others, and told of.
    private static bool IsToBeSet(VnfLcmOpOcc operation, WatchedVnfc vnfc) => vnfc.Vnfc.Monitor switch
    {
        MonitorState.Unset => false,
        MonitorState.Set => operation.OutcomeOf(MigrationPlan.UpdateService) is StepOutcome.Failed
            && !IsStamped(operation, vnfc),
        _ => true,
    };

    public async Task<ImmutableArray<Write>> FailureWritesAsync(
        VnfLcmOpOcc operation, Fault fault, CancellationToken cancellationToken)
    {
        var instance = await store.FindInstanceAsync(operation.VnfInstanceId, cancellationToken);
        return instance?.Deployment is not { } deployment || MigrationMemory.Of(operation).NothingToMove
            ? []
            : FailureEvents.OfSet(
                operation,
                deployment.Agent.Name,
                await store.VnfcsAsync(instance.Id, cancellationToken),
                fault,
                time.GetUtcNow());
    }

    // The update of this very attempt gave it this epoch. UNWATCHED, it was not sent yet, or a crash took the answer,
    // and asking again for the same one is harmless. SET, its agent has confirmed it with a reconnect, and it is told
    // here. An epoch of an earlier attempt may have been left, and was told then.
    private static bool IsStamped(VnfLcmOpOcc operation, WatchedVnfc vnfc) =>
        operation.OutcomeOf(MigrationPlan.UpdateService) is StepOutcome.Done { ChangedService: true }
            or StepOutcome.Failed { ChangedService: true }
        && MigrationMemory.Of(operation).Stamped.TryGetValue(vnfc.Vnfc.Id.Value, out var epoch)
        && epoch == vnfc.Vnfc.Epoch;

    private StepResult Told(
        VnfLcmOpOcc operation,
        string agent,
        ImmutableArray<WatchedVnfc> vnfcs,
        ImmutableArray<SetResult> results)
    {
        var without = results.Where(result => !result.IsSet).Select(result => result.Vnfc.Vnfc.Id.ToString()).ToList();
        var told = Recorded(operation, agent, vnfcs, results);
        if (without.Count > 0 && operation.IsBackward)
        {
            told = told.Warned($"No monitor on {agent}: {string.Join(", ", without)}.");
        }

        return new StepResult(
            MonitorOutcomes.Of(agent, results),
            told,
            [
                .. monitors.WritesOf(results),
                .. results.Where(result => !result.IsSkipped)
                    .Select(result => EventTable.Append(OfVm(operation, agent, result))),
                EventTable.Append(OfService(operation, agent, vnfcs.Length, without)),
            ],
            () => Stored(operation, results));
    }

    private void Stored(VnfLcmOpOcc operation, ImmutableArray<SetResult> results)
    {
        monitors.Stored(results);
        var record = MigrationRecord.Of(operation)!;
        var left = AgentAddress.Stored(operation.IsBackward ? record.To : record.From).Name;
        formerly.Release(results
            .Where(result => result.IsSet)
            .SelectMany(result => FormersOf(result, left)));
    }

    // The agent that the migration leaves, and whoever else watched last: a guard.
    private static IEnumerable<WatchedVnfc> FormersOf(SetResult result, string left)
    {
        var (agent, epoch) = (result.Vnfc.Vnfc.Agent, result.Vnfc.Vnfc.Epoch);
        if (agent != left)
        {
            yield return result.Vnfc with { Vnfc = result.Vnfc.Vnfc with { Agent = left, Epoch = epoch - 1 } };
        }

        if (result.Before.Vnfc is { HeldBy: { } held } before && held != left && held != agent)
        {
            yield return result.Vnfc with { Vnfc = before with { Agent = held, Epoch = before.HeldEpoch } };
        }
    }

    private static VnfLcmOpOcc Recorded(
        VnfLcmOpOcc operation, string agent, ImmutableArray<WatchedVnfc> vnfcs, ImmutableArray<SetResult> results)
    {
        if (operation.IsBackward || MigrationRecord.Of(operation) is not { } record)
        {
            return operation;
        }

        // Also what came to its agent between two attempts: a failure that is over is no outcome.
        foreach (var watched in vnfcs.Select(vnfc => vnfc.Vnfc)
            .Where(vnfc => vnfc is { Monitor: MonitorState.Set, GuardFor: null } && vnfc.Agent == agent))
        {
            record = record.With(watched.Id.Value, moved => moved with { Set = "SUCCESS" });
        }

        foreach (var result in results)
        {
            record = record.With(result.Vnfc.Vnfc.Id.Value, moved => moved with
            {
                Set = result.IsSet ? "SUCCESS" : result.IsSkipped ? "SKIPPED" : "FAILURE",
            });
        }

        return operation.With(record);
    }

    private CoreEvent OfVm(VnfLcmOpOcc operation, string agent, SetResult result) => new(
        "VM_SET_MONITOR_STATUS",
        result.IsSet ? "SUCCESS" : "FAILURE",
        operation.VnfInstanceId,
        result.Vnfc.Vnfc.Id,
        operation.Id,
        agent,
        result.Vnfc.Vnfc.Epoch,
        result.Refusal ?? $"{agent} watches {result.Vnfc.Vnfc.Address}",
        time.GetUtcNow());

    private CoreEvent OfService(VnfLcmOpOcc operation, string agent, int vms, List<string> without) => new(
        "SVC_SET_MONITOR_STATUS",
        without.Count == 0 ? "SUCCESS" : without.Count < vms ? "PARTIAL_FAILURE" : "FAILURE",
        operation.VnfInstanceId,
        VnfcId: null,
        operation.Id,
        agent,
        Epoch: null,
        without.Count == 0
            ? $"Every VM is watched by {agent}."
            : $"Without a monitor on {agent}: {string.Join(", ", without)}.",
        time.GetUtcNow());
}
