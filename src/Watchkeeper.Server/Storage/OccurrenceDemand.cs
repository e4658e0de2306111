using Watchkeeper.Lifecycle.Operations;

namespace Watchkeeper.Server.Storage;

/// <summary>What a commit may demand of <c>occurrences</c>, besides that none is open.</summary>
internal static class OccurrenceDemand
{
    /// <summary>Conflicts unless the occurrence is still at <c>operation.Version</c>; changes nothing.</summary>
    public static Write Unchanged(VnfLcmOpOcc operation) => new(
        "UPDATE occurrences SET version = version WHERE id = @p0 AND version = @p1",
        [operation.Id.ToString(), operation.Version],
        ExpectedRows: 1);
}
