using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Lifecycle.Operations;

namespace Watchkeeper.Server.Storage;

/// <summary>
/// Writes of <c>occurrences</c>. At most one open occurrence per VNF instance: a second insert is a conflict.
/// </summary>
internal static class OccurrenceTable
{
    public static Write Insert(VnfLcmOpOcc operation) => new(
        "INSERT INTO occurrences "
        + "(id, vnf_instance_id, version, is_open, ended_at, needs_work, failed_temp_at, document) "
        + "VALUES (@p0, @p1, @p2, @p3, @p4, @p5, @p6, @p7)",
        [
            operation.Id.ToString(), operation.VnfInstanceId.ToString(), operation.Version, operation.IsOpen,
            EndedAt(operation), NeedsWork(operation), FailedTempAt(operation), Documents.Write(operation),
        ],
        ExpectedRows: 1);

    /// <summary>
    /// Stores the occurrence under <c>operation.Version + 1</c>, if it is still at <c>operation.Version</c>.
    /// </summary>
    public static Write Update(VnfLcmOpOcc operation)
    {
        var next = operation with { Version = operation.Version + 1 };
        return new(
            "UPDATE occurrences SET version = @p1, is_open = @p2, ended_at = @p3, needs_work = @p4, "
            + "failed_temp_at = @p5, document = @p6 WHERE id = @p0 AND version = @p1 - 1",
            [
                next.Id.ToString(), next.Version, next.IsOpen, EndedAt(next), NeedsWork(next), FailedTempAt(next),
                Documents.Write(next),
            ],
            ExpectedRows: 1);
    }

    /// <summary>
    /// Conflicts unless the VNF instance is there and has no open occurrence: for changes that must not meet one.
    /// </summary>
    public static Write DemandNoneOpen(VnfInstanceId id) => new(
        "UPDATE vnf_instances SET version = version WHERE id = @p0 "
        + "AND NOT EXISTS (SELECT 1 FROM occurrences WHERE vnf_instance_id = @p0 AND is_open)",
        [id.ToString()],
        ExpectedRows: 1);

    // Without the plan, so it may be too much: an occurrence for whose FAILED_TEMP the plan has no arrow of ours.
    private static bool NeedsWork(VnfLcmOpOcc operation) => operation.State == LcmOperationState.FailedTemp
        ? operation.LeavesFailedTempUnattended && !operation.IsBackward
        : operation.IsOpen;

    private static long? FailedTempAt(VnfLcmOpOcc operation) => operation.State == LcmOperationState.FailedTemp
        ? operation.StateEnteredTime.ToUnixTimeMilliseconds()
        : null;

    private static long? EndedAt(VnfLcmOpOcc operation) =>
        operation.IsOpen ? null : operation.StateEnteredTime.ToUnixTimeMilliseconds();
}
