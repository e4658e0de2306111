using System.IO.Compression;
using System.Security.Cryptography;

namespace Watchkeeper.Server.Packages.Csar;

/// <summary>One file of an unpacked package.</summary>
/// <param name="Name">Its path in the package.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="Sha256">The SHA-256 of its content, in lower-case hexadecimal.</param>
internal sealed record PackagedFile(string Name, long Length, string Sha256);

/// <summary>Unpacks an archive into a folder, trusting nothing that it says of itself: names and sizes are checked as
/// they come.</summary>
/// <param name="folder">The folder, which is made.</param>
/// <param name="archiveBytes">The archive's own size, which bounds that of its files.</param>
/// <param name="maxBytes">The most bytes of all files.</param>
internal sealed class CsarUnpacking(
    string folder, long archiveBytes, long maxBytes = PackageLimits.UnpackedBytes)
{
    private const int Buffer = 128 << 10;
    private const int TypeMask = 0xF000;
    private const int RegularFile = 0x8000;
    private const int Folder = 0x4000;

    private readonly HashSet<string> _entries = new(StringComparer.Ordinal);
    private readonly HashSet<string> _folders = new(StringComparer.Ordinal);
    private readonly byte[] _buffer = new byte[Buffer];
    private long _written;

    /// <summary>Unpacks an archive whose directory was checked.</summary>
    /// <exception cref="PackageFormatException">It is refused; what was unpacked so far is left to the
    /// caller.</exception>
    public async Task<ImmutableArray<PackagedFile>> UnpackAsync(Stream archive, CancellationToken cancellationToken)
    {
        ZipDirectory.Check(archive);
        try
        {
            await using var zip = await ZipArchive.CreateAsync(
                archive, ZipArchiveMode.Read, leaveOpen: true, entryNameEncoding: null, cancellationToken);
            foreach (var entry in zip.Entries)
            {
                Admit(entry);
            }

            DemandOneKindPerName();
            MakeFolder(folder);
            foreach (var name in _folders.Order(StringComparer.Ordinal))
            {
                MakeFolder(Path.Combine(folder, name));
            }

            var files = ImmutableArray.CreateBuilder<PackagedFile>();
            foreach (var entry in zip.Entries.Where(entry => !entry.FullName.EndsWith('/')))
            {
                files.Add(await FileAsync(entry, cancellationToken));
            }

            return files.ToImmutable();
        }
        catch (Exception exception) when (exception is InvalidDataException or NotSupportedException)
        {
            throw new PackageFormatException($"the archive is broken: {Excerpt.Of(exception.Message)}");
        }
    }

    private void Admit(ZipArchiveEntry entry)
    {
        var name = entry.FullName;
        if (EntryName.Objection(name) is { } objection)
        {
            throw new PackageFormatException(objection);
        }

        var isFolder = name.EndsWith('/');
        var type = (entry.ExternalAttributes >> 16) & TypeMask;
        if (type != 0 && type != (isFolder ? Folder : RegularFile))
        {
            throw new PackageFormatException(
                $"the entry '{Excerpt.Of(name)}' is a link or another special file; a package holds files and folders");
        }

        if (!_entries.Add(name))
        {
            throw new PackageFormatException($"the entry '{Excerpt.Of(name)}' is there twice");
        }

        // A folder may have an entry of its own, and is there also without one.
        var end = isFolder ? name.Length - 1 : name.LastIndexOf('/');
        while (end > 0 && _folders.Add(name[..end]))
        {
            if (_folders.Count > PackageLimits.Entries)
            {
                throw new PackageFormatException($"the archive has more than {PackageLimits.Entries} folders");
            }

            end = name.LastIndexOf('/', end - 1);
        }
    }

    private void DemandOneKindPerName()
    {
        if (_folders.FirstOrDefault(_entries.Contains) is { } both)
        {
            throw new PackageFormatException($"'{Excerpt.Of(both)}' is both a file and a folder");
        }
    }

    private static void MakeFolder(string path)
    {
        Directory.CreateDirectory(path);
        FileModes.Folder(path);
    }

    private async Task<PackagedFile> FileAsync(ZipArchiveEntry entry, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, entry.FullName);
        var begin = _written;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var source = await entry.OpenAsync(cancellationToken);
        await using (var target = new FileStream(
            path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, useAsync: false))
        {
            while (await source.ReadAsync(_buffer, cancellationToken) is > 0 and var count)
            {
                Count(count);
                hash.AppendData(_buffer, 0, count);
                await target.WriteAsync(_buffer.AsMemory(0, count), cancellationToken);
            }

            // The row of a package is stored durably: its files must not be behind it after a power failure.
            target.Flush(flushToDisk: true);
        }

        FileModes.Plain(path);
        return new PackagedFile(
            entry.FullName, _written - begin, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    private void Count(int bytes)
    {
        _written += bytes;
        if (_written > maxBytes)
        {
            throw new PackageFormatException($"the package unpacks to more than {maxBytes} bytes");
        }

        if (_written > archiveBytes * PackageLimits.Expansion)
        {
            throw new PackageFormatException(
                $"the package unpacks to more than {PackageLimits.Expansion} times its own size");
        }
    }
}
