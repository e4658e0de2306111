namespace Watchkeeper.Server.Packages.Yaml;

/// <summary>The limits of one YAML file, each with its name.</summary>
internal static class YamlLimits
{
    /// <summary>Bytes of a file.</summary>
    public const long Bytes = 8L << 20;

    /// <summary>Levels of nodes, with aliases followed.</summary>
    public const int Depth = 64;

    /// <summary>Uses of aliases.</summary>
    public const int Aliases = 10_000;

    /// <summary>Nodes with aliases followed: what a reader would see that walks the whole document.</summary>
    public const long Nodes = 1_000_000;
}
