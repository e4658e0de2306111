using System.Security.Cryptography;
using System.Text;

namespace Watchkeeper.Cli.Packages;

/// <summary>The manifest of a package (SOL004 4.3.2): one text block per file, with its hash.</summary>
internal static class CsarManifest
{
    private const string Pointer = "ETSI-Entry-Manifest:";
    private const string MetaFile = "TOSCA-Metadata/TOSCA.meta";

    /// <summary>The manifest among the files: the one that TOSCA.meta names, else the only .mf in the root.</summary>
    public static string PathIn(string folder, IReadOnlyList<string> files)
    {
        if (files.Contains(MetaFile, StringComparer.Ordinal))
        {
            var named = File.ReadLines(Path.Combine(folder, MetaFile))
                .Where(line => line.StartsWith(Pointer, StringComparison.Ordinal))
                .Select(line => line[Pointer.Length..].Trim())
                .FirstOrDefault();
            if (named is not null)
            {
                return files.Contains(named, StringComparer.Ordinal)
                    ? named
                    : throw new WkException($"{MetaFile} names the manifest '{named}', which is not there.");
            }
        }

        var inRoot = files
            .Where(file => file.EndsWith(".mf", StringComparison.Ordinal))
            .Where(file => !file.Contains('/', StringComparison.Ordinal))
            .ToList();
        return inRoot switch
        {
            [var one] => one,
            [] => throw new WkException($"'{folder}' is no package: it has no manifest (.mf) in its root."),
            _ => throw new WkException($"'{folder}' has {inRoot.Count} manifests in its root; which one holds?"),
        };
    }

    /// <summary>The manifest with a hash for every file: what has one keeps it, what has none gets it.</summary>
    public static async Task<Stream> CompleteAsync(
        string folder, string manifest, IReadOnlyList<string> files, CancellationToken cancellationToken)
    {
        var lines = await File.ReadAllLinesAsync(Path.Combine(folder, manifest), cancellationToken);
        var (head, hashed) = Read(lines);
        var text = new StringBuilder(head);
        foreach (var file in files.Where(file => file != manifest))
        {
            text.Append('\n');
            if (hashed.TryGetValue(file, out var block))
            {
                text.Append(block);
                continue;
            }

            await using var content = File.OpenRead(Path.Combine(folder, file));
            var hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellationToken));
            text.Append($"Source: {file}\nAlgorithm: SHA-256\nHash: {hash}\n");
        }

        return new MemoryStream(Encoding.UTF8.GetBytes(text.ToString()));
    }

    /// <summary>Splits a manifest into its metadata and the blocks of files that carry a hash.</summary>
    private static (string Head, Dictionary<string, string> Hashed) Read(string[] lines)
    {
        var hashed = new Dictionary<string, string>(StringComparer.Ordinal);
        var first = Array.FindIndex(lines, IsSource);
        first = first < 0 ? lines.Length : first;
        for (var at = first; at < lines.Length;)
        {
            var end = Array.FindIndex(lines, at + 1, IsSource);
            end = end < 0 ? lines.Length : end;
            var block = lines[at..end].Where(line => line.Trim().Length > 0).ToList();
            if (block.Exists(line => line.StartsWith("Hash:", StringComparison.OrdinalIgnoreCase)
                && line.Length > "Hash:".Length + 1))
            {
                hashed[block[0][(block[0].IndexOf(':', StringComparison.Ordinal) + 1)..].Trim()] =
                    string.Join('\n', block) + "\n";
            }

            at = end;
        }

        return (string.Join('\n', lines[..first]).TrimEnd() + "\n", hashed);
    }

    private static bool IsSource(string line) => line.StartsWith("Source:", StringComparison.OrdinalIgnoreCase);
}
