using System.Text.Json;
using Watchkeeper.Lifecycle.Instances;

namespace Watchkeeper.Server.Packages.Descriptors;

/// <summary>A VNF descriptor as far as we instantiate and watch by it (SOL001 6).</summary>
internal sealed record Vnfd
{
    /// <summary><c>descriptor_id</c>.</summary>
    public required string Id { get; init; }

    /// <summary><c>descriptor_version</c>.</summary>
    public required string Version { get; init; }

    /// <summary><c>provider</c>.</summary>
    public required string Provider { get; init; }

    /// <summary><c>product_name</c>.</summary>
    public required string ProductName { get; init; }

    /// <summary><c>software_version</c>.</summary>
    public required string SoftwareVersion { get; init; }

    /// <summary>The deployment flavours; at least one, of different ids.</summary>
    public required ImmutableArray<VnfdFlavour> Flavours { get; init; }

    /// <summary>Keys declared in <c>modifiable_attributes.extensions</c>.</summary>
    public required ImmutableArray<string> ExtensionKeys { get; init; }

    /// <summary>Keys declared in <c>configurable_properties</c>, in SOL003's spelling.</summary>
    public required ImmutableArray<string> ConfigurableKeys { get; init; }

    /// <summary>The pairs that a new VNF instance begins with.</summary>
    public InitialPairs Initial { get; init; } = InitialPairs.None;

    /// <summary>The input that names the monitoring agent; null when no KPI takes its agent from an input.</summary>
    public string? AgentKey => Flavours.Select(flavour => flavour.AgentKey).FirstOrDefault(key => key is not null);

    /// <summary>What a VNF instance made from it keeps of it.</summary>
    public VnfdReference ReferenceFrom(Guid packageId) => new()
    {
        VnfdId = Id,
        PackageId = packageId,
        Provider = Provider,
        ProductName = ProductName,
        SoftwareVersion = SoftwareVersion,
        VnfdVersion = Version,
        AgentKey = AgentKey,
        ExtensionKeys = ExtensionKeys,
        ConfigurableKeys = ConfigurableKeys,
    };
}

/// <summary>The pairs to which the VNF node gives values.</summary>
internal sealed record InitialPairs(
    ImmutableSortedDictionary<string, JsonElement> Extensions,
    ImmutableSortedDictionary<string, JsonElement> ConfigurableProperties,
    ImmutableSortedDictionary<string, JsonElement> Metadata)
{
    public static InitialPairs None { get; } = new(Pairs.None, Pairs.None, Pairs.None);
}

/// <summary>One way of deploying a VNF: which VDUs, how many of each, and what may be given to it.</summary>
internal sealed record VnfdFlavour
{
    public required string Id { get; init; }

    public string Description { get; init; } = "";

    public required ImmutableArray<VnfdInput> Inputs { get; init; }

    public required ImmutableArray<Vdu> Vdus { get; init; }

    public required ImmutableArray<ConnectionPoint> ConnectionPoints { get; init; }

    public required ImmutableArray<ScalingAspect> Aspects { get; init; }

    public required ImmutableArray<InstantiationLevel> Levels { get; init; }

    /// <summary>The level used when a request names none; null when there is no such level.</summary>
    public string? DefaultLevelId { get; init; }

    /// <summary>The first input that names an agent.</summary>
    public string? AgentKey => Vdus.SelectMany(vdu => vdu.Watch.Agents)
        .Select(agent => agent.Input).FirstOrDefault(input => input is not null);
}

/// <summary>One dimension in which a VNF scales.</summary>
/// <param name="Id">The aspect's id.</param>
/// <param name="MaxLevel">Its highest level; level 0 is the initial size.</param>
/// <param name="StepDeltas">The delta of each step; the last one is repeated. Empty: each VDU has one delta for all
/// steps.</param>
internal sealed record ScalingAspect(string Id, int MaxLevel, ImmutableArray<string> StepDeltas);

/// <summary>One size in which a flavour can be instantiated.</summary>
/// <param name="Id">The level's id.</param>
/// <param name="Description">What it is, for people.</param>
/// <param name="ScaleLevels">The level of each scaling aspect; aspects not named are at 0.</param>
internal sealed record InstantiationLevel(
    string Id, string Description, ImmutableSortedDictionary<string, int> ScaleLevels);

/// <summary>Where a VDU is connected.</summary>
internal sealed record ConnectionPoint(string Id, string VduId, int Order);
