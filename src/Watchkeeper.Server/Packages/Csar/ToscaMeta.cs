namespace Watchkeeper.Server.Packages.Csar;

/// <summary>Where a package begins: its entry definitions and its manifest (SOL004 4.1.2).</summary>
/// <param name="EntryDefinitions">The YAML file that everything else is reached from.</param>
/// <param name="Manifest">The file that lists and hashes the others.</param>
/// <param name="Certificate">The signing certificate; null when the package names none.</param>
internal sealed record ToscaMeta(string EntryDefinitions, string Manifest, string? Certificate)
{
    /// <summary>The file of option A.</summary>
    public const string FileName = "TOSCA-Metadata/TOSCA.meta";

    /// <summary>Finds both: by TOSCA.meta (option A), else by the one YAML file at the root (option B).</summary>
    /// <exception cref="PackageFormatException">They are not there.</exception>
    public static ToscaMeta Find(UnpackedFiles files) => files.Has(FileName) ? OptionA(files) : OptionB(files);

    private static ToscaMeta OptionA(UnpackedFiles files)
    {
        // Only the first block is about the package; later ones describe single files.
        var keys = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in files.Text(FileName, PackageLimits.MetadataBytes).ReplaceLineEndings("\n").Split('\n'))
        {
            if (string.IsNullOrWhiteSpace(line))
            {
                break;
            }

            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon < 1 || !keys.TryAdd(line[..colon].Trim(), line[(colon + 1)..].Trim()))
            {
                throw new PackageFormatException(
                    $"{FileName}: '{Excerpt.Of(line)}' is not 'key: value' with a new key");
            }
        }

        var entry = Named(files, keys, "Entry-Definitions")
            ?? throw new PackageFormatException($"{FileName} has no Entry-Definitions");
        var manifest = Named(files, keys, "ETSI-Entry-Manifest")
            ?? throw new PackageFormatException($"{FileName} has no ETSI-Entry-Manifest");
        return new ToscaMeta(entry, manifest, Named(files, keys, "ETSI-Entry-Certificate"));
    }

    private static string? Named(UnpackedFiles files, Dictionary<string, string> keys, string key)
    {
        if (!keys.TryGetValue(key, out var name))
        {
            return null;
        }

        return files.Has(name)
            ? name
            : throw new PackageFormatException(
                $"{FileName}: {key} names '{Excerpt.Of(name)}', which is not in the package");
    }

    private static ToscaMeta OptionB(UnpackedFiles files)
    {
        var roots = files.Names.Where(name => !name.Contains('/', StringComparison.Ordinal)
            && (name.EndsWith(".yaml", StringComparison.Ordinal) || name.EndsWith(".yml", StringComparison.Ordinal)))
            .ToArray();
        if (roots.Length != 1)
        {
            throw new PackageFormatException(
                $"the package has no entry definitions: it has neither {FileName} nor "
                + "exactly one YAML file at its root");
        }

        var manifest = Path.ChangeExtension(roots[0], ".mf");
        return files.Has(manifest)
            ? new ToscaMeta(roots[0], manifest, Certificate: null)
            : throw new PackageFormatException($"the package has no manifest: '{Excerpt.Of(manifest)}' is not in it");
    }
}
