using Watchkeeper.Server.Packages.Descriptors;

namespace Watchkeeper.Server.Packages;

/// <summary>A package of the store, with its descriptor read and its files on disk.</summary>
/// <param name="Description">What clients see of it.</param>
/// <param name="Vnfd">Its descriptor.</param>
/// <param name="Folder">Where its files are.</param>
internal sealed record StoredPackage(PackageDescription Description, Vnfd Vnfd, string Folder)
{
    /// <summary>Where a file of the package is on disk.</summary>
    public string PathOf(string name) => Path.Combine(Folder, name);
}
