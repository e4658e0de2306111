using Watchkeeper.Server.Packages.Yaml;

namespace Watchkeeper.Server.Packages.Descriptors;

/// <summary>What a node template stands for, as far as we can make it.</summary>
internal enum NodeKind
{
    /// <summary>The VNF itself.</summary>
    Vnf,

    /// <summary>A VDU: VMs.</summary>
    Vdu,

    /// <summary>A connection point of a VDU.</summary>
    VduCp,

    /// <summary>An external connection point.</summary>
    ExternalCp,

    /// <summary>An internal network.</summary>
    VirtualLink,
}

/// <summary>The types that a package's definitions declare, over those of SOL001 that are built in by name.</summary>
internal sealed class ToscaTypes
{
    public const string Vnf = "tosca.nodes.nfv.VNF";

    private static readonly ImmutableDictionary<string, NodeKind> BuiltInNodes = ImmutableDictionary.CreateRange(
        StringComparer.Ordinal,
        [
            KeyValuePair.Create(Vnf, NodeKind.Vnf),
            KeyValuePair.Create("tosca.nodes.nfv.Vdu.Compute", NodeKind.Vdu),
            KeyValuePair.Create("cisco.nodes.nfv.Vdu.Compute", NodeKind.Vdu),
            KeyValuePair.Create("tosca.nodes.nfv.VduCp", NodeKind.VduCp),
            KeyValuePair.Create("tosca.nodes.nfv.VnfExtCp", NodeKind.ExternalCp),
            KeyValuePair.Create("tosca.nodes.nfv.VnfVirtualLink", NodeKind.VirtualLink),
        ]);

    private static readonly ImmutableHashSet<string> BuiltInPolicies = ImmutableHashSet.CreateRange(
        StringComparer.Ordinal,
        new[]
        {
            "InstantiationLevels", "VduInstantiationLevels", "VirtualLinkInstantiationLevels", "ScalingAspects",
            "VduScalingAspectDeltas", "VirtualLinkBitrateScalingAspectDeltas", "VduInitialDelta",
            "VirtualLinkBitrateInitialDelta", "AffinityRule", "AntiAffinityRule", "SupportedVnfInterface",
            "SecurityGroupRule", "VnfIndicator", "VnfPackageChange", "LcmCoordinationAction",
            "LcmCoordinationsForLcmOperation", "VipCpScalingAspectDeltas", "VipCpInitialDelta",
            "VipCpInstantiationLevels",
        }.Select(name => "tosca.policies.nfv." + name));

    private readonly Dictionary<string, YamlMap> _nodes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, YamlMap> _data = new(StringComparer.Ordinal);
    private readonly Dictionary<string, YamlMap> _policies = new(StringComparer.Ordinal);

    public ToscaTypes(IEnumerable<YamlMap> templates)
    {
        foreach (var template in templates)
        {
            Take(template, "node_types", _nodes);
            Take(template, "data_types", _data);
            Take(template, "policy_types", _policies);
        }
    }

    /// <summary>What a node template of a type stands for; null when the type is unknown or not supported.</summary>
    public NodeKind? KindOf(string type) => Lineage(type, _nodes)
        .Select(ancestor => BuiltInNodes.TryGetValue(ancestor, out var kind) ? kind : (NodeKind?)null)
        .FirstOrDefault(kind => kind is not null);

    /// <summary>The SOL001 policy type that a policy's type is or derives from; null when it is unknown.</summary>
    public string? PolicyOf(string type) => Lineage(type, _policies).FirstOrDefault(BuiltInPolicies.Contains);

    /// <summary>The default that a node type, or one that it derives from, declares for a property.</summary>
    public YamlNode? DefaultOf(string type, string property) => Lineage(type, _nodes)
        .Select(ancestor => _nodes.GetValueOrDefault(ancestor)?.MapAt("properties")?.MapAt(property)?["default"])
        .FirstOrDefault(node => node is not null);

    /// <summary>The names of all properties that data types of this package declare on top of a built-in one.</summary>
    public IEnumerable<string> PropertiesAddedTo(string builtIn) => _data
        .Where(type => type.Key != builtIn && Lineage(type.Key, _data).Contains(builtIn))
        .SelectMany(type => type.Value.EntriesAt("properties"))
        .Select(entry => entry.Key.Text);

    private static IEnumerable<string> Lineage(string type, Dictionary<string, YamlMap> declared)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var next = type; next is not null && seen.Add(next);)
        {
            yield return next;
            next = declared.GetValueOrDefault(next)?.TextAt("derived_from");
        }
    }

    private static void Take(YamlMap template, string key, Dictionary<string, YamlMap> into)
    {
        foreach (var entry in template.EntriesAt(key))
        {
            if (!into.TryAdd(entry.Key.Text, entry.Value.AsMap(entry.Key.Text)))
            {
                throw entry.Key.Refused($"the type '{Excerpt.Of(entry.Key.Text)}' is declared twice");
            }
        }
    }
}
