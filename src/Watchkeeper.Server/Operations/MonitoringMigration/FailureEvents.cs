using Watchkeeper.Lifecycle.Faults;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Operations.MonitoringMigration;

/// <summary>
/// The core's events of a migration whose step failed as nobody expected: clients are promised them of every failure.
/// </summary>
internal static class FailureEvents
{
    /// <summary>SERVICE_UPDATED FAILURE, naming the agent that was to be stored.</summary>
    public static Write OfUpdate(VnfLcmOpOcc operation, Fault fault, DateTimeOffset now)
    {
        var agent = operation.IsBackward && MigrationRecord.Of(operation) is { } record
            ? AgentAddress.Stored(record.From).Name
            : MigrateRequest.Of(operation).Agent.Name;
        return EventTable.Append(Event("SERVICE_UPDATED", "FAILURE", operation, agent, fault.Detail, now));
    }

    /// <summary>
    /// VM_SET_MONITOR_STATUS FAILURE of the first VM that has no monitor, and SVC_SET_MONITOR_STATUS, which lists all
    /// of these: as when an agent refuses.
    /// </summary>
    public static ImmutableArray<Write> OfSet(
        VnfLcmOpOcc operation, string agent, ImmutableArray<WatchedVnfc> vnfcs, Fault fault, DateTimeOffset now)
    {
        ImmutableArray<Vnfc> without =
        [
            .. vnfcs.Select(vnfc => vnfc.Vnfc)
                .Where(vnfc => vnfc.Monitor is MonitorState.Unwatched or MonitorState.SetFailed),
        ];
        var list = string.Join(", ", without.Select(vnfc => vnfc.Id.ToString()));
        var status = without.Length > 0 && without.Length < vnfcs.Length ? "PARTIAL_FAILURE" : "FAILURE";
        return
        [
            .. without.Take(1).Select(vnfc => EventTable.Append(
                Event("VM_SET_MONITOR_STATUS", "FAILURE", operation, agent, fault.Detail, now) with
                {
                    VnfcId = vnfc.Id, Epoch = vnfc.Epoch,
                })),
            EventTable.Append(Event(
                "SVC_SET_MONITOR_STATUS",
                status,
                operation,
                agent,
                without.IsEmpty ? fault.Detail : $"Without a monitor on {agent}: {list}.",
                now)),
        ];
    }

    private static CoreEvent Event(
        string type, string status, VnfLcmOpOcc operation, string agent, string detail, DateTimeOffset now) =>
        new(type, status, operation.VnfInstanceId, VnfcId: null, operation.Id, agent, Epoch: null, detail, now);
}
