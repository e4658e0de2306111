using Watchkeeper.Server.Packages.Yaml;

namespace Watchkeeper.Server.Packages.Descriptors;

/// <summary>A value of the descriptor that is written down, or taken from an input (<c>get_input</c>).</summary>
/// <param name="Name">The property's name, for messages.</param>
/// <param name="Place">Where it stands.</param>
/// <param name="Literal">What is written down; null when it comes from an input.</param>
/// <param name="Input">The input that it comes from; null when it is written down.</param>
internal sealed record Setting(string Name, YamlPlace Place, string? Literal, string? Input)
{
    private const string GetInput = "get_input";

    /// <summary>The longest text of a setting, in characters.</summary>
    private const int Longest = 4_096;

    public static Setting? At(YamlMap map, string key) => map[key] is { } node ? Of(node, key) : null;

    public static Setting Of(YamlNode node, string name) => node switch
    {
        YamlScalar { Text.Length: <= Longest } scalar => new Setting(name, node.Place, scalar.Text, null),
        YamlScalar => throw node.Refused($"{name} is longer than {Longest} characters"),
        YamlMap { Entries: [{ Key.Text: GetInput } only] } => new Setting(name, node.Place, null, InputOf(only.Value)),
        YamlMap { Entries.Length: 1 } map => throw node.Refused(
            $"{name}: the function {Excerpt.Of(map.Entries[0].Key.Text)} is not supported; get_input is"),
        _ => throw node.Refused($"{name} must be a scalar or a get_input, not {node.Kind}"),
    };

    private static string InputOf(YamlNode node) =>
        node is YamlList { Items: [var only] } ? only.AsText(GetInput) : node.AsText(GetInput);
}
