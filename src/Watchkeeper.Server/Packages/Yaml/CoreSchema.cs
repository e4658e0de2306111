using System.Text.RegularExpressions;
using YamlDotNet.Core.Events;

namespace Watchkeeper.Server.Packages.Yaml;

/// <summary>The tags of the YAML 1.2 core schema, and which plain texts are what.</summary>
internal static partial class CoreSchema
{
    private const string Prefix = "tag:yaml.org,2002:";

    /// <summary>The core schema's tag of a node; empty when it has none, null when it has one of another
    /// schema.</summary>
    public static string? TagOf(NodeEvent node)
    {
        if (node.Tag.IsEmpty || node.Tag.IsNonSpecific)
        {
            return "";
        }

        var tag = node.Tag.Value;
        return tag.StartsWith(Prefix, StringComparison.Ordinal)
            && tag[Prefix.Length..] is "str" or "int" or "float" or "bool" or "null" or "seq" or "map"
                ? tag[Prefix.Length..]
                : null;
    }

    /// <summary>Whether a text can carry a scalar's tag.</summary>
    public static bool Fits(string tag, string text) => tag switch
    {
        "int" => Integer().IsMatch(text),
        "float" => Integer().IsMatch(text) || Number().IsMatch(text),
        "bool" => text is "true" or "True" or "TRUE" or "false" or "False" or "FALSE",
        "null" => text is "" or "~" or "null" or "Null" or "NULL",
        _ => true,
    };

    [GeneratedRegex(
        @"^([-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)\z", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Integer();

    [GeneratedRegex(
        @"^([-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))\z",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Number();
}
