using Watchkeeper.Server.Packages.Csar;
using Watchkeeper.Server.Packages.Yaml;

namespace Watchkeeper.Server.Packages.Descriptors;

/// <summary>Reads a package's definitions as a VNFD: one flavour for each topology template that has VDUs (SOL001
/// A).</summary>
internal sealed class VnfdReader
{
    private readonly UnpackedFiles _files;
    private readonly DefinitionSet _definitions;
    private readonly ToscaTypes _types;

    private VnfdReader(UnpackedFiles files, DefinitionSet definitions)
    {
        _files = files;
        _definitions = definitions;
        _types = new ToscaTypes(definitions.Definitions.Select(definition => definition.Root));
    }

    /// <exception cref="PackageFormatException">It is refused; the message says why and where.</exception>
    public static Vnfd Read(UnpackedFiles files, string entryDefinitions) =>
        new VnfdReader(files, DefinitionSet.Load(files, entryDefinitions)).Vnfd();

    private Vnfd Vnfd()
    {
        var templates = _definitions.Definitions
            .Where(definition => definition.Root["topology_template"] is not null)
            .Select(definition => Template.Of(definition, _types))
            .ToArray();
        var deployable = templates.Where(template => template.Of(NodeKind.Vdu).Any()).ToArray();
        if (deployable.Length == 0)
        {
            throw new PackageFormatException(
                $"{_definitions.Definitions[0].File}: the descriptor has no VDU "
                + "(a node of type tosca.nodes.nfv.Vdu.Compute)");
        }

        var flavours = deployable.Select(Flavour).ToImmutableArray();
        if (flavours.GroupBy(flavour => flavour.Id).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new PackageFormatException($"two templates are the flavour '{Excerpt.Of(twice.Key)}'");
        }

        string Identity(string property) => One(property, deployable, templates);
        return new Vnfd
        {
            Id = Identity("descriptor_id"),
            Version = Identity("descriptor_version"),
            Provider = Identity("provider"),
            ProductName = Identity("product_name"),
            SoftwareVersion = Identity("software_version"),
            Flavours = flavours,
            ExtensionKeys = DeclaredPairs.ExtensionKeys(templates, _types),
            ConfigurableKeys = DeclaredPairs.ConfigurableKeys(templates, _types),
            Initial = DeclaredPairs.Initial(templates),
        };
    }

    /// <summary>A property that must be the same in every flavour; one that a flavour leaves out comes from the
    /// others.</summary>
    private string One(string property, Template[] deployable, Template[] all)
    {
        var found = all.Select(template => (template, Text: template.Property(property, _types)))
            .Where(pair => pair.Text is not null).ToArray();
        if (found.Length == 0)
        {
            throw deployable[0].Topology.Refused($"the VNF has no {property}");
        }

        var (first, text) = found[0];
        if (found.Any(pair => pair.Text != text))
        {
            throw first.Topology.Refused($"the templates of the package differ in {property}");
        }

        return text!.Length > 0 ? text : throw first.Topology.Refused($"{property} is empty");
    }

    private VnfdFlavour Flavour(Template template)
    {
        var id = template.Property("flavour_id", _types)
            ?? throw template.Topology.Refused("the VNF has no flavour_id");
        var heal = template.VnfProperties?.MapAt("lcm_operations_configuration")?.MapAt("heal");
        var reader = new VduReader(_files, template.File, heal);
        var flavour = new VnfdFlavour
        {
            Id = id,
            Description = template.Property("flavour_description", _types) ?? "",
            Inputs = InputReader.Read(template.Topology),
            Vdus = [.. template.Of(NodeKind.Vdu).Select(node => reader.Read(node.Name, node.Node))],
            ConnectionPoints = [.. template.Of(NodeKind.VduCp).Select(node => Cp(node.Name, node.Node, template))],
            Aspects = [],
            Levels = [],
        };
        return new ScalingReader(_types).Applied(flavour, template.Topology);
    }

    private static ConnectionPoint Cp(string name, YamlMap node, Template template)
    {
        var binding = node.ItemsAt("requirements")
            .Select(requirement => requirement.AsMap("a requirement")["virtual_binding"])
            .FirstOrDefault(found => found is not null);
        var vdu = binding switch
        {
            null => throw node.Refused($"the connection point '{Excerpt.Of(name)}' is bound to no VDU"),
            YamlMap map => map.TextAt("node") ?? "",
            _ => binding.AsText("virtual_binding"),
        };
        var order = node.MapAt("properties")?["order"]?.AsCount("order", 0, 1_000) ?? 0;
        return template.Of(NodeKind.Vdu).Any(candidate => candidate.Name == vdu)
            ? new ConnectionPoint(name, vdu, order)
            : throw binding.Refused(
                $"the connection point '{Excerpt.Of(name)}' is bound to '{Excerpt.Of(vdu)}', which is no VDU");
    }
}
