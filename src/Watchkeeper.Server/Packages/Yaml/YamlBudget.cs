using System.Text;

namespace Watchkeeper.Server.Packages.Yaml;

/// <summary>
/// What the YAML of one package has used of its limits: split over many imports it costs as much as in one file.
/// </summary>
internal sealed class YamlBudget
{
    private long _bytes;
    private long _nodes;
    private int _aliases;

    /// <summary>Bytes that further files may have.</summary>
    public long BytesLeft => YamlLimits.Bytes - _bytes;

    /// <summary>Takes a file's text; why not, or null.</summary>
    public string? TakeText(string text)
    {
        // Not counted when it is too long anyway: the text has at least as many bytes as signs.
        _bytes += text.Length > BytesLeft ? text.Length : Encoding.UTF8.GetByteCount(text);
        return BytesLeft < 0 ? $"more than {YamlLimits.Bytes >> 20} MiB of YAML in the package" : null;
    }

    /// <summary>Takes the use of an alias; why not, or null.</summary>
    public string? TakeAlias() =>
        ++_aliases > YamlLimits.Aliases ? $"more than {YamlLimits.Aliases} uses of aliases in the package" : null;

    /// <summary>Takes nodes; why not, or null.</summary>
    public string? TakeNodes(long nodes)
    {
        _nodes += nodes;
        return _nodes > YamlLimits.Nodes
            ? $"more than {YamlLimits.Nodes} nodes with aliases followed in the package"
            : null;
    }
}
