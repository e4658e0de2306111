using Watchkeeper.Lifecycle.Instances;

namespace Watchkeeper.Server.Storage;

/// <summary>Writes of <c>vnfcs</c>: the VM and its assignment (agent, epoch, monitor).</summary>
internal static class VnfcTable
{
    public static Write Insert(WatchedVnfc vnfc) => new(
        "INSERT INTO vnfcs (id, vnf_instance_id, version, epoch, document, monitoring) "
        + "VALUES (@p0, @p1, @p2, @p3, @p4, @p5)",
        [
            vnfc.Vnfc.Id.ToString(), vnfc.Vnfc.VnfInstanceId.ToString(), vnfc.Vnfc.Version, vnfc.Vnfc.Epoch,
            Documents.Write(vnfc.Vnfc), Documents.Write(vnfc.Monitoring),
        ],
        ExpectedRows: 1);

    /// <summary>
    /// Stores the VNFC under <c>vnfc.Version + 1</c>, if it is still at <c>vnfc.Version</c> and its epoch does not
    /// fall.
    /// </summary>
    public static Write Update(Vnfc vnfc)
    {
        var next = vnfc with { Version = vnfc.Version + 1 };
        return new(
            "UPDATE vnfcs SET version = @p1, epoch = @p2, document = @p3 "
            + "WHERE id = @p0 AND version = @p1 - 1 AND epoch <= @p2",
            [next.Id.ToString(), next.Version, next.Epoch, Documents.Write(next)],
            ExpectedRows: 1);
    }

    /// <summary>Conflicts unless the VNFC is still under the epoch of the row given; changes nothing.</summary>
    public static Write DemandEpoch(Vnfc vnfc) => new(
        "UPDATE vnfcs SET version = version WHERE id = @p0 AND epoch = @p1",
        [vnfc.Id.ToString(), vnfc.Epoch],
        ExpectedRows: 1);

    /// <summary>Conflicts unless the VNFC is still at <c>vnfc.Version</c>; changes nothing.</summary>
    public static Write DemandUnchanged(Vnfc vnfc) => new(
        "UPDATE vnfcs SET version = version WHERE id = @p0 AND version = @p1",
        [vnfc.Id.ToString(), vnfc.Version],
        ExpectedRows: 1);

    public static Write Delete(Vnfc vnfc) => new(
        "DELETE FROM vnfcs WHERE id = @p0 AND version = @p1",
        [vnfc.Id.ToString(), vnfc.Version],
        ExpectedRows: 1);
}
