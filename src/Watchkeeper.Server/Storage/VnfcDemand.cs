using Watchkeeper.Lifecycle.Instances;

namespace Watchkeeper.Server.Storage;

/// <summary>What a commit may demand of <c>vnfcs</c>, besides the epoch.</summary>
internal static class VnfcDemand
{
    /// <summary>Conflicts unless the VNFC is still at <c>vnfc.Version</c>; changes nothing.</summary>
    public static Write Unchanged(Vnfc vnfc) => new(
        "UPDATE vnfcs SET version = version WHERE id = @p0 AND version = @p1",
        [vnfc.Id.ToString(), vnfc.Version],
        ExpectedRows: 1);
}
