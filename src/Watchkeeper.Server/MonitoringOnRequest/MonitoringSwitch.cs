using Watchkeeper.Lifecycle.Faults;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Server.Agents;
using Watchkeeper.Server.Engine;
using Watchkeeper.Server.Operations;
using Watchkeeper.Server.Sol003;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.MonitoringOnRequest;

/// <summary>Switches the monitoring of VMs off and on by request, while no operation of their VNF is open.</summary>
/// <remarks>
/// Both give the VM a new epoch, stored before an agent is told: what was said under the former one is void. Off, the
/// state that its agent hands over is kept for the set that comes with on.
/// </remarks>
internal sealed partial class MonitoringSwitch(
    Store store,
    Assignments assignments,
    SwitchedMonitors monitors,
    MonitorWrites writes,
    TimeProvider time,
    ILogger<MonitoringSwitch> logger)
{
    /// <summary>Times that a switch is tried again because the VNF was changed meanwhile.</summary>
    private const int MostAttempts = 10;

    /// <summary>Stops the watch over VMs.</summary>
    /// <param name="id">The VNF instance.</param>
    /// <param name="vnfcs">The VMs; null for all.</param>
    /// <param name="cancellationToken">Ends the wait; the VMs may have been switched although it ended.</param>
    /// <returns>Why not; null when they are unset, or were already.</returns>
    public async Task<Fault?> DisableAsync(
        VnfInstanceId id, ImmutableHashSet<VnfcId>? vnfcs, CancellationToken cancellationToken)
    {
        var (rows, fault) = await StoreAsync(id, vnfcs, Disabled, cancellationToken);
        if (fault is null && !rows.IsEmpty)
        {
            LogSwitched(id, "off", rows.Length);
            await monitors.LeaveAsync(rows, cancellationToken);
        }

        return fault;
    }

    /// <summary>Takes up the watch over VMs again, on the agent that the deployment names.</summary>
    /// <param name="id">The VNF instance.</param>
    /// <param name="vnfcs">The VMs; null for all.</param>
    /// <param name="cancellationToken">Ends the wait; the VMs may have been switched although it ended.</param>
    /// <returns>Why not; null when their watch is wanted again, which is not to say that the agent took them.</returns>
    public async Task<Fault?> EnableAsync(
        VnfInstanceId id, ImmutableHashSet<VnfcId>? vnfcs, CancellationToken cancellationToken)
    {
        var (rows, fault) = await StoreAsync(id, vnfcs, Enabled, cancellationToken);
        if (fault is null && !rows.IsEmpty)
        {
            LogSwitched(id, "on", rows.Length);
            await monitors.TakeAsync(rows.Select(row => row.After), cancellationToken);
        }

        return fault;
    }

    private (WatchedVnfc After, CoreEvent Event)? Disabled(WatchedVnfc vnfc, VnfInstance instance)
    {
        if (vnfc.Vnfc.Monitor == MonitorState.Unset)
        {
            return null;
        }

        var after = vnfc with
        {
            Vnfc = vnfc.Vnfc.Marked(MonitorState.Unset) with
            {
                Epoch = vnfc.Vnfc.Epoch + 1,
                State = IsUp(vnfc.Vnfc.State) ? VmState.MonitorUnset : vnfc.Vnfc.State,
                MovedBy = null,
                GuardFor = null,
            },
        };
        return (after, EventOf("VM_MONITOR_UNSET", after, "Monitoring was disabled on request."));
    }

    private (WatchedVnfc After, CoreEvent Event)? Enabled(WatchedVnfc vnfc, VnfInstance instance)
    {
        if (vnfc.Vnfc.Monitor != MonitorState.Unset)
        {
            return null;
        }

        // Alive until its agent says otherwise: what has gone down meanwhile is found down, and reacted to.
        var after = MonitorSetting.Stamped(vnfc, instance.Deployment!.Agent.Name, movedBy: null);
        after = after with
        {
            Vnfc = after.Vnfc with
            {
                State = after.Vnfc.State == VmState.MonitorUnset ? VmState.Alive : after.Vnfc.State,
            },
        };
        return (after, EventOf("VM_MONITOR_SET", after, "Monitoring was enabled on request."));
    }

    // One that was found down stays so: it is one outage until somebody sees the VM alive.
    private static bool IsUp(VmState state) => state is VmState.Alive or VmState.Inert;

    private async Task<(ImmutableArray<SwitchedVnfc> Rows, Fault? Fault)> StoreAsync(
        VnfInstanceId id,
        ImmutableHashSet<VnfcId>? wanted,
        Func<WatchedVnfc, VnfInstance, (WatchedVnfc After, CoreEvent Event)?> change,
        CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < MostAttempts; attempt++)
        {
            var (instance, vnfcs, objection) = await LookAsync(id, wanted, cancellationToken);
            if (objection is not null)
            {
                return ([], objection);
            }

            var changes = vnfcs.Select(vnfc => (Before: vnfc, Change: change(vnfc, instance!)))
                .Where(both => both.Change is not null)
                .Select(both => (both.Before, both.Change!.Value.After, both.Change.Value.Event))
                .ToImmutableArray();
            if (changes.IsEmpty)
            {
                return ([], null);
            }

            try
            {
                await store.CommitAsync(
                    [
                        InstanceTable.DemandUnchanged(instance!),
                        OccurrenceTable.DemandNoneOpen(id),
                        .. changes.SelectMany(one => writes.Settled(one.After.Vnfc)),
                        .. changes.Select(one => EventTable.Append(one.Event)),
                    ],
                    cancellationToken);
            }
            catch (StoreConflictException)
            {
                continue;
            }

            ImmutableArray<SwitchedVnfc> rows =
                [.. changes.Select(one => new SwitchedVnfc(one.Before, MonitorSetting.Stored(one.After)))];
            assignments.Stored(rows.Select(row => row.After));
            return (rows, null);
        }

        return ([], EngineFaults.Busy(id));
    }

    private async Task<(VnfInstance? Instance, ImmutableArray<WatchedVnfc> Vnfcs, Fault? Objection)> LookAsync(
        VnfInstanceId id, ImmutableHashSet<VnfcId>? wanted, CancellationToken cancellationToken)
    {
        var instance = await store.FindInstanceAsync(id, cancellationToken);
        if (instance is null)
        {
            return (null, [], EngineFaults.InstanceUnknown(id));
        }

        if (await store.FindOpenOccurrenceAsync(id, cancellationToken) is { } open)
        {
            return (instance, [], EngineFaults.AnotherOperation(open));
        }

        if (!instance.IsInstantiated || instance.Deployment is null)
        {
            return (instance, [], OperationFaults.NotInstantiated);
        }

        var vnfcs = await store.VnfcsAsync(id, cancellationToken);
        ImmutableArray<VnfcId> unknown =
            [.. (wanted ?? []).Where(one => vnfcs.All(vnfc => vnfc.Vnfc.Id != one)).Take(1)];
        if (unknown is [var stranger])
        {
            return (instance, [], RequestFaults.Attribute(
                "vnfcInstanceIds", $"VNF instance {id} has no VNFC instance {stranger}"));
        }

        return (instance, [.. vnfcs.Where(vnfc => wanted?.Contains(vnfc.Vnfc.Id) ?? true)], null);
    }

    private CoreEvent EventOf(string type, WatchedVnfc vnfc, string detail) => new(
        type, "SUCCESS", vnfc.Vnfc.VnfInstanceId, vnfc.Vnfc.Id, OperationId: null, vnfc.Vnfc.Agent,
        vnfc.Vnfc.Epoch, detail, time.GetUtcNow());

    [LoggerMessage(LogLevel.Information, "{VnfInstanceId}: monitoring was switched {OnOrOff} for {Vms} VMs")]
    private partial void LogSwitched(VnfInstanceId vnfInstanceId, string onOrOff, int vms);
}
