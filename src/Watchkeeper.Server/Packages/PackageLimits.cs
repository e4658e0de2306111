namespace Watchkeeper.Server.Packages;

/// <summary>The limits of a VNF package, each with its name. Beyond one of them a package is refused.</summary>
internal static class PackageLimits
{
    /// <summary>Bytes of an uploaded archive, unless <c>packages.maxBytes</c> says otherwise.</summary>
    public const long UploadBytes = 512L << 20;

    /// <summary>Uploads that are taken at the same time; others wait.</summary>
    public const int UploadsAtOnce = 4;

    /// <summary>Entries of an archive, and folders that its entries are in, whether they have an entry of their own or
    /// not.</summary>
    public const int Entries = 10_000;

    /// <summary>Bytes of an archive's central directory: 10,000 entries of about 1,600 bytes.</summary>
    public const long DirectoryBytes = 16L << 20;

    /// <summary>Bytes of all files after unpacking.</summary>
    public const long UnpackedBytes = 2L << 30;

    /// <summary>How many times larger than the archive its files may be.</summary>
    public const int Expansion = 100;

    /// <summary>Bytes of an entry's name.</summary>
    public const int NameBytes = 1_024;

    /// <summary>Bytes of one part of an entry's name, which is what file systems take.</summary>
    public const int NamePartBytes = 255;

    /// <summary>Bytes of TOSCA.meta or of the manifest.</summary>
    public const long MetadataBytes = 4L << 20;

    /// <summary>YAML files that one package may reach by imports.</summary>
    public const int DefinitionFiles = 64;

    /// <summary>Characters of a name or an id in a descriptor.</summary>
    public const int TextLength = 255;

    /// <summary>VMs of one VNF.</summary>
    public const int VmsPerVnf = 1_000;
}
