using System.Text.Json;
using Watchkeeper.Cli.Api;
using Watchkeeper.Cli.Processes;

namespace Watchkeeper.Cli.Demo;

/// <summary>A VM of the VIM kind HOST: a process, and the address at which it serves.</summary>
/// <param name="Id">The VNFC.</param>
/// <param name="Vdu">The VDU that it was made from.</param>
/// <param name="Address">Its IP address.</param>
/// <param name="Identity">The process that it is.</param>
internal sealed record Vm(string Id, string Vdu, string Address, ProcessIdentity Identity)
{
    /// <summary>Whether that very process runs.</summary>
    public bool IsRunning => ProcessIdentity.Of(Identity.Pid) == Identity;

    /// <summary>Ends that very process, and its group, as a crash would.</summary>
    public void Kill()
    {
        if (IsRunning)
        {
            Signal.KillGroup(Identity.Pid);
        }
    }

    /// <summary>The VMs of an instance, as the server shows them and as HOST records them.</summary>
    /// <param name="api">The server.</param>
    /// <param name="vnfInstanceId">The instance.</param>
    /// <param name="hostFolder">Where HOST keeps its VMs: a VIM's handle does not say which process a VM is.</param>
    /// <param name="cancellationToken">Stops asking.</param>
    public static async Task<ImmutableArray<Vm>> OfAsync(
        ServerApi api, string vnfInstanceId, string hostFolder, CancellationToken cancellationToken)
    {
        var vnf = await api.GetAsync(Resource.Of(Resource.Instances, vnfInstanceId), cancellationToken);
        var monitoring = await api.GetAsync(Resource.Monitoring(vnfInstanceId), cancellationToken);
        var addresses = monitoring.Items("vnfcs")
            .ToDictionary(vnfc => vnfc.Text("vnfcInstanceId"), vnfc => vnfc.Text("address"), StringComparer.Ordinal);
        var info = vnf.Member("instantiatedVnfInfo")
            ?? throw new WkException("The instantiated VNF has no instantiatedVnfInfo.");
        return [.. info.Items("vnfcResourceInfo").Select(resource =>
        {
            var id = resource.Text("id");
            return new Vm(
                id, resource.Text("vduId"), addresses.GetValueOrDefault(id, ""), Recorded(hostFolder, id));
        })];
    }

    private static ProcessIdentity Recorded(string hostFolder, string id)
    {
        var path = Path.Combine(hostFolder, id, "vm.json");
        try
        {
            var process = JsonElement.Parse(File.ReadAllBytes(path)).Member("process");
            var pid = (int)(process?.Number("pid") ?? 0);
            return ProcessIdentity.Of(pid) ?? throw new WkException($"Process {pid} of VM {id} does not run.");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new WkException($"Can't tell the process of VM {id} from {path}: {failure.Message}", failure);
        }
    }
}
