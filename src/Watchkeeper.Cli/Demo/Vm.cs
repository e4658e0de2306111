using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Watchkeeper.Cli.Api;
using Watchkeeper.Cli.Processes;

namespace Watchkeeper.Cli.Demo;

/// <summary>A VM of the VIM kind HOST: a process, and the address at which it serves.</summary>
/// <param name="Id">The VNFC.</param>
/// <param name="Vdu">The VDU that it was made from.</param>
/// <param name="Address">Its IP address.</param>
/// <param name="Identity">The process that it is.</param>
internal sealed partial record Vm(string Id, string Vdu, string Address, ProcessIdentity Identity)
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

    /// <summary>The VMs of an instance, as the server shows them.</summary>
    public static async Task<ImmutableArray<Vm>> OfAsync(
        ServerApi api, string vnfInstanceId, CancellationToken cancellationToken)
    {
        var vnf = await api.GetAsync(Resource.Of(Resource.Instances, vnfInstanceId), cancellationToken);
        var monitoring = await api.GetAsync(Resource.Monitoring(vnfInstanceId), cancellationToken);
        var addresses = monitoring.Items("vnfcs")
            .ToDictionary(vnfc => vnfc.Text("vnfcInstanceId"), vnfc => vnfc.Text("address"), StringComparer.Ordinal);
        var info = vnf.Member("instantiatedVnfInfo")
            ?? throw new WkException("The instantiated VNF has no instantiatedVnfInfo.");
        return [.. info.Items("vnfcResourceInfo").Select(resource => Of(resource, addresses))];
    }

    private static Vm Of(JsonElement resource, Dictionary<string, string> addresses)
    {
        // A VNFC and the information on its resource have the same id here; a server may give them different ones.
        var id = resource.Text("vnfcInstanceId") is { Length: > 0 } vnfc ? vnfc : resource.Text("id");
        var handle = resource.Member("computeResource")?.Text("resourceId") ?? "";
        if (Pid().Match(handle) is not { Success: true } match)
        {
            throw new WkException($"VM {id} is not a process of this machine: its handle is '{handle}'.");
        }

        var pid = int.Parse(match.Groups["pid"].Value, CultureInfo.InvariantCulture);
        var identity = ProcessIdentity.Of(pid) ?? throw new WkException($"Process {pid} of VM {id} does not run.");
        return new Vm(id, resource.Text("vduId"), addresses.GetValueOrDefault(id, ""), identity);
    }

    [GeneratedRegex(@"\bpid:(?<pid>\d+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Pid();
}
