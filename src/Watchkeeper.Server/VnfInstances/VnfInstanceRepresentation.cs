using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Server.Sol003;

namespace Watchkeeper.Server.VnfInstances;

/// <summary>Prints a VNF instance: what is stored, and the links that are true now.</summary>
internal static class VnfInstanceRepresentation
{
    // The id of the VIM connection when the client named none and the server's default was used.
    private const string DefaultConnection = "default";

    /// <summary>The instance as clients see it.</summary>
    /// <param name="instance">What is stored.</param>
    /// <param name="vnfcs">Its VMs; not looked at when it is not instantiated.</param>
    /// <param name="isHeld">Whether an operation that has not ended holds it.</param>
    /// <param name="links">Where resources are.</param>
    public static VnfInstanceResponse Of(
        VnfInstance instance, ImmutableArray<Vnfc> vnfcs, bool isHeld, Links links) => new()
    {
        Id = instance.Id.ToString(),
        VnfInstanceName = instance.Name,
        VnfInstanceDescription = instance.Description,
        VnfdId = instance.Vnfd.VnfdId,
        VnfProvider = instance.Vnfd.Provider,
        VnfProductName = instance.Vnfd.ProductName,
        VnfSoftwareVersion = instance.Vnfd.SoftwareVersion,
        VnfdVersion = instance.Vnfd.VnfdVersion,
        VnfConfigurableProperties = OrNull(instance.ConfigurableProperties),
        Extensions = OrNull(instance.Extensions),
        Metadata = OrNull(instance.Metadata),
        InstantiationState = instance.IsInstantiated ? "INSTANTIATED" : "NOT_INSTANTIATED",
        VimConnectionInfo = instance.Deployment is { } used
            ? new Dictionary<string, VimConnectionResponse>(StringComparer.Ordinal)
            {
                [used.VimConnectionId ?? DefaultConnection] = new(used.VimKind),
            }
            : null,
        InstantiatedVnfInfo = instance is { IsInstantiated: true, Deployment: { } deployment }
            ? InfoOf(deployment, vnfcs)
            : null,
        Links = new VnfInstanceLinks(
            new Link(links.Instance(instance.Id)),
            !instance.IsInstantiated && !isHeld ? links.InstanceTask(instance.Id, "instantiate") : null,
            instance.HasResources && !isHeld ? links.InstanceTask(instance.Id, "terminate") : null),
    };

    /// <summary>Leaves out what a list leaves out by default (SOL013 5.3).</summary>
    public static VnfInstanceResponse Short(VnfInstanceResponse full) => full with
    {
        VnfConfigurableProperties = null,
        VimConnectionInfo = null,
        InstantiatedVnfInfo = null,
        Metadata = null,
        Extensions = null,
    };

    private static ImmutableSortedDictionary<string, JsonElement>? OrNull(
        ImmutableSortedDictionary<string, JsonElement> pairs) => pairs.IsEmpty ? null : pairs;

    private static InstantiatedVnfInfoResponse InfoOf(Deployment deployment, ImmutableArray<Vnfc> vnfcs) => new(
        deployment.FlavourId,
        vnfcs.Length > 0 && vnfcs.All(vnfc => vnfc.State == VmState.Shutoff) ? "STOPPED" : "STARTED",
        LevelsOf(deployment.ScaleStatus),
        LevelsOf(deployment.MaxScaleLevels),
        [.. vnfcs.Select(ExtCpOf)],
        [.. vnfcs.Select(vnfc => VnfcOf(vnfc, deployment))]);

    private static ImmutableArray<ScaleInfoResponse>? LevelsOf(ImmutableSortedDictionary<string, int> aspects) =>
        aspects.IsEmpty ? null : [.. aspects.Select(aspect => new ScaleInfoResponse(aspect.Key, aspect.Value))];

    // Each VM has one connection point, the one that agents probe. It is exposed as it is: internal networks come
    // later.
    private static ExtCpInfoResponse ExtCpOf(Vnfc vnfc) => new(
        $"ext-{vnfc.Id}", CpdOf(vnfc), "default", ProtocolOf(vnfc), $"cp-{vnfc.Id}");

    private static VnfcResourceInfoResponse VnfcOf(Vnfc vnfc, Deployment deployment) => new(
        vnfc.Id.ToString(),
        vnfc.VduId,
        new ResourceHandleResponse(
            deployment.VimConnectionId ?? DefaultConnection, vnfc.VimResourceId, deployment.VimKind),
        [new VnfcCpInfoResponse($"cp-{vnfc.Id}", CpdOf(vnfc), $"ext-{vnfc.Id}", ProtocolOf(vnfc))],
        new VnfcMetadataResponse(
            vnfc.Address.Length == 0 ? null : vnfc.Address,
            SourceNames.StateOf(vnfc),
            SourceNames.Of(vnfc.Monitor),
            vnfc.Agent is null ? null : AgentAddress.Of(vnfc.Agent).Text,
            vnfc.Epoch));

    private static string CpdOf(Vnfc vnfc) => $"{vnfc.VduId}_cp";

    private static CpProtocolInfoResponse[] ProtocolOf(Vnfc vnfc) => IPAddress.TryParse(vnfc.Address, out var address)
        ? [new CpProtocolInfoResponse("IP_OVER_ETHERNET", new IpOverEthernetResponse(
            [
                new IpAddressesResponse(
                    address.AddressFamily == AddressFamily.InterNetworkV6 ? "IPV6" : "IPV4",
                    [vnfc.Address],
                    IsDynamic: true),
            ]))]
        : [];
}
