namespace Watchkeeper.Server.Packages.Yaml;

/// <summary>A node of a YAML document that kept to the limits, with its place for messages.</summary>
/// <param name="Place">File, line and column.</param>
internal abstract record YamlNode(YamlPlace Place)
{
    /// <summary>The levels of nodes below and including this one, with aliases followed.</summary>
    public abstract int Height { get; }

    /// <summary>The number of nodes below and including this one, with aliases followed.</summary>
    public abstract long Size { get; }

    /// <summary>What kind of node it is, for messages.</summary>
    public abstract string Kind { get; }
}

/// <summary>Where in which file a node stands.</summary>
internal readonly record struct YamlPlace(string File, long Line, long Column)
{
    public override string ToString() => $"{File}, line {Line}, column {Column}";
}

/// <summary>A scalar: its text, and whether it was written plainly (a quoted one is always a string).</summary>
internal sealed record YamlScalar(YamlPlace Place, string Text, bool IsPlain) : YamlNode(Place)
{
    public override int Height => 1;

    public override long Size => 1;

    public override string Kind => "a scalar";

    /// <summary>Whether it is the null of the core schema.</summary>
    public bool IsNull => IsPlain && (Text is "" or "~" or "null" or "Null" or "NULL");
}

/// <summary>A sequence.</summary>
internal sealed record YamlList(YamlPlace Place, ImmutableArray<YamlNode> Items) : YamlNode(Place)
{
    public override int Height { get; } = 1 + Items.Select(item => item.Height).DefaultIfEmpty(0).Max();

    public override long Size { get; } = 1 + Items.Sum(item => item.Size);

    public override string Kind => "a list";
}

/// <summary>A mapping whose keys are scalars, each once, in the order of the document.</summary>
internal sealed record YamlMap(YamlPlace Place, ImmutableArray<YamlMap.Entry> Entries) : YamlNode(Place)
{
    private readonly Dictionary<string, YamlNode> _byKey =
        Entries.ToDictionary(entry => entry.Key.Text, entry => entry.Value, StringComparer.Ordinal);

    /// <summary>One key with its value.</summary>
    internal readonly record struct Entry(YamlScalar Key, YamlNode Value);

    public override int Height { get; } = 1 + Entries.Select(entry => entry.Value.Height).DefaultIfEmpty(0).Max();

    public override long Size { get; } = 1 + Entries.Sum(entry => 1 + entry.Value.Size);

    public override string Kind => "a map";

    /// <summary>The value of a key; null when the key is absent or its value is null.</summary>
    public YamlNode? this[string key] =>
        _byKey.TryGetValue(key, out var node) && node is not YamlScalar { IsNull: true } ? node : null;
}
