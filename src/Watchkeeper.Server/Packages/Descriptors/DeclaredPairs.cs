using System.Globalization;
using System.Text.Json;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Server.Packages.Yaml;

namespace Watchkeeper.Server.Packages.Descriptors;

/// <summary>The keys of a VNF instance's pairs that the descriptor declares, and the values that it gives some of
/// them.</summary>
internal static class DeclaredPairs
{
    private const string ConfigurableBase = "tosca.datatypes.nfv.VnfAdditionalConfigurableProperties";
    private const string ExtensionsBase = "tosca.datatypes.nfv.VnfInfoModifiableAttributesExtensions";

    /// <summary>SOL001's names of two switches, and SOL003's (SOL003 5.5.2.2).</summary>
    private static readonly ImmutableArray<(string Tosca, string Api)> Switches =
    [
        ("is_autoscale_enabled", "isAutoscaleEnabled"), ("is_autoheal_enabled", "isAutohealEnabled"),
    ];

    public static ImmutableArray<string> ExtensionKeys(Template[] templates, ToscaTypes types) =>
        Keys(types.PropertiesAddedTo(ExtensionsBase), Extensions(templates));

    public static ImmutableArray<string> ConfigurableKeys(Template[] templates, ToscaTypes types) =>
        Keys(types.PropertiesAddedTo(ConfigurableBase), Configurable(templates));

    public static InitialPairs Initial(Template[] templates) => new(
        Values(Extensions(templates)),
        Values(Configurable(templates)),
        Values(Attributes(templates, "modifiable_attributes", "metadata")));

    private static IEnumerable<(string Key, YamlNode Value)> Extensions(Template[] templates) =>
        Attributes(templates, "modifiable_attributes", "extensions");

    private static IEnumerable<(string Key, YamlNode Value)> Configurable(Template[] templates) =>
        templates.Select(template => template.VnfProperties?.MapAt("configurable_properties")).OfType<YamlMap>()
            .SelectMany(map => Switches.Where(pair => map[pair.Tosca] is not null)
                .Select(pair => (pair.Api, map[pair.Tosca]!)))
            .Concat(Attributes(templates, "configurable_properties", "additional_configurable_properties"));

    private static IEnumerable<(string Key, YamlNode Value)> Attributes(
        Template[] templates, string property, string inner) => templates
            .SelectMany(template => template.VnfProperties?.MapAt(property)?.EntriesAt(inner) ?? [])
            .Select(entry => (entry.Key.AsText("a key"), entry.Value));

    private static ImmutableArray<string> Keys(
        IEnumerable<string> declared, IEnumerable<(string Key, YamlNode Value)> given) =>
        [.. declared.Concat(given.Select(pair => pair.Key)).Distinct(StringComparer.Ordinal)];

    /// <summary>Scalars that are written down; what comes from an input is a pair only once the VNF is
    /// instantiated.</summary>
    private static ImmutableSortedDictionary<string, JsonElement> Values(
        IEnumerable<(string Key, YamlNode Value)> given) => given
            .Where(pair => pair.Value is YamlScalar { IsNull: false })
            .Aggregate(Pairs.None, (pairs, pair) => pairs.SetItem(pair.Key, Json((YamlScalar)pair.Value)));

    private static JsonElement Json(YamlScalar scalar)
    {
        if (scalar.IsPlain && bool.TryParse(scalar.Text, out var flag))
        {
            return JsonElement.Parse(flag ? "true" : "false");
        }

        return scalar.IsPlain && CoreSchema.Fits("int", scalar.Text)
            && long.TryParse(scalar.Text, CultureInfo.InvariantCulture, out var number)
                ? JsonElement.Parse(number.ToString(CultureInfo.InvariantCulture))
                : Pairs.Text(scalar.AsText("a value"));
    }
}
