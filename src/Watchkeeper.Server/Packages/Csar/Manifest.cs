namespace Watchkeeper.Server.Packages.Csar;

/// <summary>What the manifest says: metadata, and a hash for each file (SOL004 4.3.2).</summary>
internal sealed record Manifest(
    ImmutableDictionary<string, string> Metadata, ImmutableArray<Manifest.Source> Sources)
{
    private const string CmsBegin = "-----BEGIN CMS-----";

    /// <summary>One listed file.</summary>
    internal sealed record Source(string Name, string Algorithm, string Hash);

    /// <summary>Reads a manifest. A signature block at its end is not looked at.</summary>
    /// <exception cref="PackageFormatException">It is not one.</exception>
    public static Manifest Read(string file, string text)
    {
        var metadata = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        var sources = ImmutableArray.CreateBuilder<Source>();
        var present = new Dictionary<string, string>(StringComparer.Ordinal);
        var inMetadata = false;
        var number = 0;
        foreach (var line in text.ReplaceLineEndings("\n").Split('\n'))
        {
            number++;
            if (line.StartsWith(CmsBegin, StringComparison.Ordinal))
            {
                break;
            }

            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            var colon = line.IndexOf(':', StringComparison.Ordinal);
            var key = colon < 1 ? "" : line[..colon].Trim();
            var value = line[(colon + 1)..].Trim();
            var isIndented = char.IsWhiteSpace(line[0]) || line[0] == '-';
            if (key is "Source" or "Algorithm" or "Hash")
            {
                inMetadata = false;
                Add(present, sources, key, value, $"{file}, line {number}");
            }
            else if (isIndented && inMetadata && key.Length > 0)
            {
                metadata[key] = value;
            }
            else if (key.Length > 0)
            {
                inMetadata = key == "metadata";
            }
            else if (!isIndented)
            {
                throw new PackageFormatException($"{file}, line {number}: '{Excerpt.Of(line)}' is not 'key: value'");
            }
        }

        return present.Count == 0
            ? new Manifest(metadata.ToImmutable(), sources.ToImmutable())
            : throw new PackageFormatException($"{file}: its last file has no Algorithm or no Hash");
    }

    private static void Add(
        Dictionary<string, string> present,
        ImmutableArray<Source>.Builder sources,
        string key,
        string value,
        string place)
    {
        if (!present.TryAdd(key, value) || !present.TryGetValue("Source", out var name))
        {
            throw new PackageFormatException($"{place}: each file has Source, then Algorithm and Hash");
        }

        if (present.TryGetValue("Algorithm", out var algorithm) && present.TryGetValue("Hash", out var hash))
        {
            sources.Add(new Source(name, algorithm, hash));
            present.Clear();
        }
    }
}
