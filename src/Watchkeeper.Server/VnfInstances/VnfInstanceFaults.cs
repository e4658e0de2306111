using Watchkeeper.Lifecycle.Faults;

namespace Watchkeeper.Server.VnfInstances;

/// <summary>What can be wrong with requests on VNF instances.</summary>
internal static class VnfInstanceFaults
{
    public static Fault NoSuchVnfd(string vnfdId) => new(
        "faults/vnfd-unknown", "No VNF package has this VNFD", 422,
        $"vnfdId: no stored VNF package has the VNFD '{vnfdId}'.");

    public static Fault Instantiated { get; } = new(
        "faults/vnf-instantiated", "The VNF is instantiated", 409,
        "An instantiated VNF can't be deleted: terminate it first.");

    public static Fault LeftoverVms { get; } = new(
        "faults/vms-left-over", "A failed instantiation left VMs behind", 409,
        "An instantiation that was given up has left VMs behind. Terminate it: that removes them.");

    public static Fault Held { get; } = new(
        "faults/operation-open", "An operation has not ended", 409,
        "An operation of this VNF has not ended (FAILED_TEMP counts as not ended).");
}
