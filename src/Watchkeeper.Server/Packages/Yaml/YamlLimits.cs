namespace Watchkeeper.Server.Packages.Yaml;

/// <summary>The limits of all the YAML of one package together, each with its name.</summary>
internal static class YamlLimits
{
    /// <summary>Bytes of all files.</summary>
    public const long Bytes = 8L << 20;

    /// <summary>Levels of nodes in a file, with aliases followed.</summary>
    public const int Depth = 64;

    /// <summary>Uses of aliases.</summary>
    public const int Aliases = 10_000;

    /// <summary>Nodes with aliases followed: what a reader would see that walks all documents.</summary>
    public const long Nodes = 1_000_000;
}
