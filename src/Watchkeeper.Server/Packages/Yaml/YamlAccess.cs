namespace Watchkeeper.Server.Packages.Yaml;

/// <summary>Reading nodes as what they must be; a message names the place and the key when they are not.</summary>
internal static class YamlAccess
{
    /// <summary>The map under a key; null when the key is absent.</summary>
    public static YamlMap? MapAt(this YamlMap map, string key) => map[key]?.AsMap(key);

    /// <summary>The entries of the map under a key; none when the key is absent.</summary>
    public static ImmutableArray<YamlMap.Entry> EntriesAt(this YamlMap map, string key) =>
        map.MapAt(key)?.Entries ?? [];

    /// <summary>The items of the list under a key; none when the key is absent.</summary>
    public static ImmutableArray<YamlNode> ItemsAt(this YamlMap map, string key) => map[key] switch
    {
        null => [],
        YamlList list => list.Items,
        var other => throw other.Refused($"{key} must be a list, not {other.Kind}"),
    };

    /// <summary>The text under a key; null when the key is absent.</summary>
    public static string? TextAt(this YamlMap map, string key) => map[key]?.AsText(key);

    public static YamlMap AsMap(this YamlNode node, string what) =>
        node as YamlMap ?? throw node.Refused($"{what} must be a map, not {node.Kind}");

    public static string AsText(this YamlNode node, string what)
    {
        var text = (node as YamlScalar ?? throw node.Refused($"{what} must be a scalar, not {node.Kind}")).Text;
        return text.Length <= PackageLimits.TextLength
            ? text
            : throw node.Refused($"{what} is longer than {PackageLimits.TextLength} characters");
    }

    /// <summary>A whole number, as it stands in the file.</summary>
    public static int AsCount(this YamlNode node, string what, int least, int most) =>
        int.TryParse(node.AsText(what), out var number) && number >= least && number <= most
            ? number
            : throw node.Refused($"{what} must be a whole number from {least} to {most}");

    /// <summary>Refuses keys that are none of those known here: a misspelt one would be missed in silence.</summary>
    public static void DemandOnly(this YamlMap map, string what, params ReadOnlySpan<string> known)
    {
        foreach (var entry in map.Entries)
        {
            if (!known.Contains(entry.Key.Text))
            {
                throw entry.Key.Refused($"{what} has no '{Excerpt.Of(entry.Key.Text)}'");
            }
        }
    }

    public static PackageFormatException Refused(this YamlNode node, string why) => new($"{node.Place}: {why}");
}
