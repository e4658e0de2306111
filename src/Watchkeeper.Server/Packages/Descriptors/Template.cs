using Watchkeeper.Server.Packages.Yaml;

namespace Watchkeeper.Server.Packages.Descriptors;

/// <summary>A topology template with its node templates sorted by what they stand for.</summary>
internal sealed record Template(
    string File, YamlMap Topology, string VnfType, YamlMap? VnfProperties, ImmutableArray<Template.TypedNode> Nodes)
{
    /// <summary>One node template.</summary>
    internal readonly record struct TypedNode(string Name, NodeKind Kind, YamlMap Node);

    /// <exception cref="PackageFormatException">A node is of a type that we can't make.</exception>
    public static Template Of(DefinitionSet.Definition definition, ToscaTypes types)
    {
        var topology = definition.Root.MapAt("topology_template")!;
        var nodes = topology.EntriesAt("node_templates").Select(entry => Typed(entry, types)).ToImmutableArray();
        var substituted = topology.MapAt("substitution_mappings");
        var vnf = nodes.Where(node => node.Kind == NodeKind.Vnf).Select(node => node.Node).FirstOrDefault();
        return new Template(
            definition.File,
            topology,
            vnf?.TextAt("type") ?? substituted?.TextAt("node_type") ?? ToscaTypes.Vnf,
            vnf?.MapAt("properties"),
            nodes);
    }

    public IEnumerable<TypedNode> Of(NodeKind kind) => Nodes.Where(node => node.Kind == kind);

    /// <summary>A property of the VNF: from its node, the substitution mappings, or its type's default; null when none
    /// is written down.</summary>
    public string? Property(string name, ToscaTypes types)
    {
        var node = VnfProperties?[name] as YamlScalar
            ?? Topology.MapAt("substitution_mappings")?.MapAt("properties")?[name] as YamlScalar
            ?? types.DefaultOf(VnfType, name);
        return node?.AsText(name);
    }

    private static TypedNode Typed(YamlMap.Entry entry, ToscaTypes types)
    {
        var name = entry.Key.AsText("the name of a node");
        var node = entry.Value.AsMap($"the node '{Excerpt.Of(name)}'");
        var type = node.TextAt("type") ?? throw node.Refused($"the node '{Excerpt.Of(name)}' has no type");
        return name.Length > 0 && types.KindOf(type) is { } kind
            ? new TypedNode(name, kind, node)
            : throw node.Refused(
                $"the node '{Excerpt.Of(name)}' is of type '{Excerpt.Of(type)}', which is not supported");
    }
}
