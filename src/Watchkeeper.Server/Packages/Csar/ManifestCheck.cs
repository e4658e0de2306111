namespace Watchkeeper.Server.Packages.Csar;

/// <summary>Holds a package against its manifest: every file listed, every listed file there, every hash
/// right.</summary>
internal static class ManifestCheck
{
    /// <exception cref="PackageFormatException">Something differs; the message names the file.</exception>
    public static void DemandMatch(UnpackedFiles files, ToscaMeta meta, Manifest manifest)
    {
        var listed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var source in manifest.Sources)
        {
            var shown = Excerpt.Of(source.Name);
            var name = EntryName.Resolve("", source.Name) ?? "";
            if (!files.Has(name))
            {
                throw new PackageFormatException($"the manifest lists '{shown}', which is not in the package");
            }

            if (!listed.Add(name))
            {
                throw new PackageFormatException($"the manifest lists '{shown}' twice");
            }

            var actual = Hash(files, name, source.Algorithm);
            if (!string.Equals(actual, source.Hash, StringComparison.OrdinalIgnoreCase))
            {
                throw new PackageFormatException($"the hash of '{shown}' is not the one in the manifest");
            }
        }

        // The manifest can't hash itself, and its certificate and TOSCA.meta only point at files that it does hash.
        var unlisted = files.Names.FirstOrDefault(name => !listed.Contains(name)
            && name != meta.Manifest && name != meta.Certificate && name != ToscaMeta.FileName);
        if (unlisted is not null)
        {
            throw new PackageFormatException($"the manifest does not list '{Excerpt.Of(unlisted)}'");
        }
    }

    private static string Hash(UnpackedFiles files, string name, string algorithm) =>
        algorithm.ToUpperInvariant() switch
    {
        "SHA-256" => files[name].Sha256,
        "SHA-512" => files.Sha512(name),
        _ => throw new PackageFormatException(
            $"the manifest hashes '{Excerpt.Of(name)}' by {Excerpt.Of(algorithm)}; SHA-256 and SHA-512 are known"),
    };
}
