using System.Text.Json;
using System.Text.Json.Serialization;

namespace Watchkeeper.Lifecycle.Instances;

/// <summary>One VNF under management, instantiated or not.</summary>
public sealed record VnfInstance
{
    /// <summary>The instance's id.</summary>
    public required VnfInstanceId Id { get; init; }

    /// <summary>The row's version, compared by every write; also the resource's ETag.</summary>
    public long Version { get; init; }

    /// <summary>The name given by the client; need not be unique. At most 255 characters.</summary>
    public string? Name { get; init; }

    /// <summary>The description given by the client.</summary>
    public string? Description { get; init; }

    /// <summary>The descriptor that it was made from.</summary>
    public required VnfdReference Vnfd { get; init; }

    /// <summary>When the instance was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>
    /// What was asked of the infrastructure; null when nothing is there. It is there before the VNF is INSTANTIATED.
    /// </summary>
    public Deployment? Deployment { get; init; }

    /// <summary>
    /// Whether the VNF is INSTANTIATED: its instantiation was completed, and its termination was not.
    /// </summary>
    public bool IsInstantiated { get; init; }

    /// <summary>Whether there is something to terminate; a given-up instantiation may have left it, too.</summary>
    [JsonIgnore]
    public bool HasResources => IsInstantiated || Deployment is not null;

    /// <summary>The key whose pair names the monitoring agent; null until a VNFD or a migration names one.</summary>
    public string? AgentKey { get; init; }

    /// <summary>SOL003 <c>extensions</c>: keys that the VNFD declares as such.</summary>
    public ImmutableSortedDictionary<string, JsonElement> Extensions { get; init; } = Pairs.None;

    /// <summary>SOL003 <c>vnfConfigurableProperties</c>: keys that the VNFD declares as such.</summary>
    public ImmutableSortedDictionary<string, JsonElement> ConfigurableProperties { get; init; } = Pairs.None;

    /// <summary>SOL003 <c>metadata</c>: any other key.</summary>
    public ImmutableSortedDictionary<string, JsonElement> Metadata { get; init; } = Pairs.None;
}

/// <summary>The descriptor of a VNF instance, and what of it the instance needs for life.</summary>
public sealed record VnfdReference
{
    /// <summary>SOL001 <c>descriptor_id</c>.</summary>
    public required string VnfdId { get; init; }

    /// <summary>The VNF package in which the descriptor came.</summary>
    public required Guid PackageId { get; init; }

    /// <summary>SOL001 <c>provider</c>.</summary>
    public required string Provider { get; init; }

    /// <summary>SOL001 <c>product_name</c>.</summary>
    public required string ProductName { get; init; }

    /// <summary>SOL001 <c>software_version</c>.</summary>
    public required string SoftwareVersion { get; init; }

    /// <summary>SOL001 <c>descriptor_version</c>.</summary>
    public required string VnfdVersion { get; init; }

    /// <summary>The VNFD input that names the monitoring agent; null when the VNFD has no agent definition.</summary>
    public string? AgentKey { get; init; }

    /// <summary>Keys that the VNFD declares as extensions.</summary>
    public ImmutableArray<string> ExtensionKeys { get; init; } = [];

    /// <summary>Keys that the VNFD declares as configurable properties.</summary>
    public ImmutableArray<string> ConfigurableKeys { get; init; } = [];
}

/// <summary>
/// What was asked of the infrastructure for an instantiated VNF, with the address of its monitoring agent.
/// </summary>
public sealed record Deployment
{
    /// <summary>The deployment flavour.</summary>
    public required string FlavourId { get; init; }

    /// <summary>The instantiation level; null when the flavour has none.</summary>
    public string? InstantiationLevelId { get; init; }

    /// <summary>The kind of VIM that runs the VMs (HOST, SIMULATOR).</summary>
    public required string VimKind { get; init; }

    /// <summary>
    /// The id of the VIM connection in <c>vimConnectionInfo</c>; null when the server's default was used.
    /// </summary>
    public string? VimConnectionId { get; init; }

    /// <summary>The agent that watches every VM of this deployment.</summary>
    public required AgentAddress Agent { get; init; }

    /// <summary>The present level of each scaling aspect.</summary>
    public ImmutableSortedDictionary<string, int> ScaleStatus { get; init; } =
        ImmutableSortedDictionary.Create<string, int>(StringComparer.Ordinal);

    /// <summary>The highest level of each scaling aspect.</summary>
    public ImmutableSortedDictionary<string, int> MaxScaleLevels { get; init; } =
        ImmutableSortedDictionary.Create<string, int>(StringComparer.Ordinal);

    /// <summary>The resolved VNFD inputs with which it was instantiated.</summary>
    public ImmutableSortedDictionary<string, JsonElement> Inputs { get; init; } = Pairs.None;
}
