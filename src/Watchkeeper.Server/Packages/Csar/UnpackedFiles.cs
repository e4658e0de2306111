using System.Security.Cryptography;
using System.Text;

namespace Watchkeeper.Server.Packages.Csar;

/// <summary>The files of an unpacked package, found by the names that the archive gave them and by no other.</summary>
internal sealed class UnpackedFiles(string folder, ImmutableArray<PackagedFile> files)
{
    private static readonly UTF8Encoding StrictUtf8 =
        new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly Dictionary<string, PackagedFile> _byName =
        files.ToDictionary(file => file.Name, StringComparer.Ordinal);

    /// <summary>SHA-256 over the names and contents of all files, whatever their order and the archive's own
    /// form.</summary>
    public string ContentHash
    {
        get
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            foreach (var file in files.OrderBy(file => file.Name, StringComparer.Ordinal))
            {
                hash.AppendData(Encoding.UTF8.GetBytes($"{file.Sha256} {file.Name}\n"));
            }

            return Convert.ToHexStringLower(hash.GetHashAndReset());
        }
    }

    /// <summary>The files of a package that was unpacked before.</summary>
    public static async Task<UnpackedFiles> LoadAsync(string folder, CancellationToken cancellationToken)
    {
        var found = ImmutableArray.CreateBuilder<PackagedFile>();
        foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            await using var stream = File.OpenRead(path);
            var hash = await SHA256.HashDataAsync(stream, cancellationToken);
            found.Add(new PackagedFile(
                Path.GetRelativePath(folder, path), stream.Length, Convert.ToHexStringLower(hash)));
        }

        return new UnpackedFiles(folder, found.ToImmutable());
    }

    public IEnumerable<string> Names => files.Select(file => file.Name);

    /// <summary>Bytes of all files.</summary>
    public long Size => files.Sum(file => file.Length);

    public bool Has(string name) => _byName.ContainsKey(name);

    public PackagedFile this[string name] => _byName[name];

    /// <summary>Where a file of the package is on disk.</summary>
    public string PathOf(string name) =>
        Has(name) ? Path.Combine(folder, name) : throw new InvalidOperationException($"No file {name}.");

    /// <summary>The SHA-512 of a file, in lower-case hexadecimal.</summary>
    public string Sha512(string name)
    {
        using var stream = File.OpenRead(PathOf(name));
        return Convert.ToHexStringLower(SHA512.HashData(stream));
    }

    /// <summary>A file as text.</summary>
    /// <exception cref="PackageFormatException">It is longer than it may be, or not UTF-8.</exception>
    public string Text(string name, long limit)
    {
        var bytes = File.ReadAllBytes(Limited(name, limit));
        try
        {
            var text = StrictUtf8.GetString(bytes);
            return text.StartsWith('\uFEFF') ? text[1..] : text;
        }
        catch (DecoderFallbackException)
        {
            throw new PackageFormatException($"{Excerpt.Of(name)}: the file is not UTF-8");
        }
    }

    private string Limited(string name, long limit) => _byName[name].Length <= limit
        ? PathOf(name)
        : throw new PackageFormatException($"{Excerpt.Of(name)}: the file is larger than {limit >> 20} MiB");
}
