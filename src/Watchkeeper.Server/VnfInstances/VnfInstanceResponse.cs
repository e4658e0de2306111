using System.Text.Json;
using System.Text.Json.Serialization;
using Watchkeeper.Server.Sol003;

namespace Watchkeeper.Server.VnfInstances;

/// <summary>A VNF instance as clients see it (SOL003 <c>VnfInstance</c>, 5.5.2.2).</summary>
internal sealed record VnfInstanceResponse
{
    public required string Id { get; init; }

    public string? VnfInstanceName { get; init; }

    public string? VnfInstanceDescription { get; init; }

    public required string VnfdId { get; init; }

    public required string VnfProvider { get; init; }

    public required string VnfProductName { get; init; }

    public required string VnfSoftwareVersion { get; init; }

    public required string VnfdVersion { get; init; }

    public IReadOnlyDictionary<string, JsonElement>? VnfConfigurableProperties { get; init; }

    public IReadOnlyDictionary<string, VimConnectionResponse>? VimConnectionInfo { get; init; }

    public required string InstantiationState { get; init; }

    public InstantiatedVnfInfoResponse? InstantiatedVnfInfo { get; init; }

    public IReadOnlyDictionary<string, JsonElement>? Metadata { get; init; }

    public IReadOnlyDictionary<string, JsonElement>? Extensions { get; init; }

    [JsonPropertyName("_links")]
    public required VnfInstanceLinks Links { get; init; }
}

/// <summary>A VIM connection without what is secret about it: only its kind.</summary>
internal sealed record VimConnectionResponse(string VimType);

/// <summary>What an instantiated VNF has besides.</summary>
internal sealed record InstantiatedVnfInfoResponse(
    string FlavourId,
    string VnfState,
    ImmutableArray<ScaleInfoResponse>? ScaleStatus,
    ImmutableArray<ScaleInfoResponse>? MaxScaleLevels,
    IReadOnlyList<ExtCpInfoResponse> ExtCpInfo,
    IReadOnlyList<VnfcResourceInfoResponse> VnfcResourceInfo);

/// <summary>The level of one scaling aspect.</summary>
internal sealed record ScaleInfoResponse(string AspectId, int ScaleLevel);

/// <summary>An external connection point.</summary>
internal sealed record ExtCpInfoResponse(
    string Id,
    string CpdId,
    string CpConfigId,
    IReadOnlyList<CpProtocolInfoResponse> CpProtocolInfo,
    string AssociatedVnfcCpId);

/// <summary>The addresses of a connection point.</summary>
internal sealed record CpProtocolInfoResponse(string LayerProtocol, IpOverEthernetResponse IpOverEthernet);

/// <summary>The IP addresses of a connection point.</summary>
internal sealed record IpOverEthernetResponse(IReadOnlyList<IpAddressesResponse> IpAddresses);

/// <summary>Addresses of one IP version.</summary>
internal sealed record IpAddressesResponse(string Type, IReadOnlyList<string> Addresses, bool IsDynamic);

/// <summary>A VNFC: its VM, its connection point, and in its metadata how it is watched.</summary>
internal sealed record VnfcResourceInfoResponse(
    string Id,
    string VduId,
    ResourceHandleResponse ComputeResource,
    IReadOnlyList<VnfcCpInfoResponse> VnfcCpInfo,
    VnfcMetadataResponse Metadata);

/// <summary>The VIM's handle of a resource.</summary>
internal sealed record ResourceHandleResponse(string? VimConnectionId, string ResourceId, string? VimLevelResourceType);

/// <summary>A connection point of a VNFC.</summary>
internal sealed record VnfcCpInfoResponse(
    string Id, string CpdId, string VnfExtCpId, IReadOnlyList<CpProtocolInfoResponse>? CpProtocolInfo);

/// <summary>How a VNFC is watched.</summary>
internal sealed record VnfcMetadataResponse(
    string? Address,
    string State,
    string Monitor,
    [property: JsonPropertyName("monitoring_agent")] string? MonitoringAgent,
    long Epoch);

/// <summary>Links to the tasks that would be accepted now.</summary>
internal sealed record VnfInstanceLinks(Link Self, Link? Instantiate, Link? Terminate);

/// <summary>How VNF instances are printed.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(VnfInstanceResponse))]
internal sealed partial class VnfInstancesJson : JsonSerializerContext;
