using System.Globalization;
using System.Text.RegularExpressions;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Server.Packages.Yaml;

namespace Watchkeeper.Server.Packages.Descriptors;

/// <summary>Reads the inputs of a flavour's topology template.</summary>
internal static class InputReader
{
    /// <summary>The most inputs of a flavour.</summary>
    private const int Most = 1_000;

    public static ImmutableArray<VnfdInput> Read(YamlMap topology)
    {
        var entries = topology.EntriesAt("inputs");
        return entries.Length <= Most
            ? [.. entries.Select(Input)]
            : throw topology.Refused($"more than {Most} inputs");
    }

    private static VnfdInput Input(YamlMap.Entry entry)
    {
        var name = entry.Key.AsText("the name of an input");
        var map = entry.Value.AsMap($"the input '{Excerpt.Of(name)}'");
        map.DemandOnly(
            $"the input '{Excerpt.Of(name)}'", "type", "description", "default", "required", "constraints", "status");
        var kind = Kind(map, name);
        var constraints = map.ItemsAt("constraints").Select(node => Constraint(node, kind)).ToImmutableArray();
        var isRequired = map.TextAt("required") is not ("false" or "False" or "FALSE");
        var input = new VnfdInput(name, kind, null, isRequired, constraints);
        if (map["default"] is not { } given)
        {
            return input;
        }

        var whyNot = input.TryRead(Pairs.Text(given.AsText("default")), out var value);
        return whyNot is null
            ? input with { Default = value }
            : throw given.Refused($"the default of the input '{Excerpt.Of(name)}': {whyNot}");
    }

    private static InputKind Kind(YamlMap map, string name) => map.TextAt("type") switch
    {
        null or "string" or "timestamp" or "version" => InputKind.Text,
        { } unit when unit.StartsWith("scalar-unit.", StringComparison.Ordinal) => InputKind.Text,
        "integer" => InputKind.Integer,
        "float" => InputKind.Number,
        "boolean" => InputKind.Boolean,
        var other => throw map.Refused(
            $"the input '{Excerpt.Of(name)}' is of type '{Excerpt.Of(other)}'; "
            + "string, integer, float and boolean are supported"),
    };

    private static InputConstraint Constraint(YamlNode node, InputKind kind)
    {
        if (node is not YamlMap { Entries: [var only] })
        {
            throw node.Refused("a constraint is a map of one operator");
        }

        var (name, value) = (only.Key.Text, only.Value);
        switch (name)
        {
            case "valid_values":
                var values = value as YamlList ?? throw value.Refused("valid_values must be a list");
                return new InputConstraint.OneOf([.. values.Items.Select(item => item.AsText(name))]);

            case "equal":
                return new InputConstraint.OneOf([value.AsText(name)]);

            case "pattern":
                return new InputConstraint.Pattern(Expression(value));

            case "length" or "min_length" or "max_length" when kind == InputKind.Text:
                var length = Bound(value);
                return new InputConstraint.Between(
                    name == "max_length" ? 0 : length,
                    name == "min_length" ? double.PositiveInfinity : length,
                    OfLength: true,
                    IsOpen: false);

            case "in_range" or "greater_or_equal" or "greater_than" or "less_or_equal" or "less_than"
                when kind is InputKind.Integer or InputKind.Number:
                return Range(name, value);

            default:
                throw node.Refused($"the constraint '{Excerpt.Of(name)}' is unknown or does not fit the input's type");
        }
    }

    private static InputConstraint.Between Range(string name, YamlNode value)
    {
        var (least, most) = (double.NegativeInfinity, double.PositiveInfinity);
        switch (name)
        {
            case "in_range" when value is YamlList { Items: [var low, var high] }:
                (least, most) = (Bound(low), Bound(high));
                break;

            case "in_range":
                throw value.Refused("in_range must be a list of two");

            case "greater_or_equal" or "greater_than":
                least = Bound(value);
                break;

            default:
                most = Bound(value);
                break;
        }

        return new InputConstraint.Between(least, most, OfLength: false, IsOpen: name is "greater_than" or "less_than");
    }

    private static double Bound(YamlNode node)
    {
        var text = node.AsText("a bound");
        return text == "UNBOUNDED" ? double.PositiveInfinity
            : double.TryParse(text, CultureInfo.InvariantCulture, out var bound) ? bound
            : throw node.Refused($"'{Excerpt.Of(text)}' is not a number");
    }

    private static Regex Expression(YamlNode node)
    {
        try
        {
            return new Regex(
                node.AsText("pattern"), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant,
                Regex.InfiniteMatchTimeout);
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            throw node.Refused($"the pattern is not supported: {Excerpt.Of(exception.Message)}");
        }
    }
}
