using System.IO.Compression;

namespace Watchkeeper.Cli.Packages;

/// <summary>Makes a CSAR (SOL004) of a folder: the same folder is always the same archive, byte for byte.</summary>
internal static class CsarWriter
{
    private const int RegularFile = 0x8000;
    private const int Plain = 0x1A4;        // rw-r--r--
    private const int Runnable = 0x1ED;     // rwxr-xr-x

    // The earliest time that a ZIP entry can have, so that no entry's time says when it was packed.
    private static readonly DateTimeOffset NoTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Writes the folder, with its manifest completed.</summary>
    public static async Task WriteAsync(string folder, Stream csar, CancellationToken cancellationToken)
    {
        var files = Files(folder);
        var manifest = CsarManifest.PathIn(folder, files);
        await using var archive = await ZipArchive.CreateAsync(
            csar, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, cancellationToken);
        foreach (var file in files)
        {
            var path = Path.Combine(folder, file);
            var entry = archive.CreateEntry(file, CompressionLevel.Optimal);
            entry.LastWriteTime = NoTime;
            var mode = File.GetUnixFileMode(path).HasFlag(UnixFileMode.UserExecute) ? Runnable : Plain;
            entry.ExternalAttributes = (RegularFile | mode) << 16;
            await using var target = await entry.OpenAsync(cancellationToken);
            await using var content = file == manifest
                ? await CsarManifest.CompleteAsync(folder, manifest, files, cancellationToken)
                : File.OpenRead(path);
            await content.CopyToAsync(target, cancellationToken);
        }
    }

    /// <summary>The files that belong to the package, by their names in it, in the archive's order.</summary>
    private static List<string> Files(string folder)
    {
        var entries = new DirectoryInfo(folder).EnumerateFileSystemInfos("*", new EnumerationOptions
        {
            RecurseSubdirectories = true,
            AttributesToSkip = FileAttributes.Hidden,
        }).ToList();
        var link = entries.Find(entry => entry.LinkTarget is not null);
        if (link is not null)
        {
            throw new WkException($"'{NameIn(folder, link)}' is a link; a package has files only.");
        }

        var files = entries.OfType<FileInfo>().Select(file => NameIn(folder, file))
            .Where(file => file is not (SampleImage.ListName or "README.md"))
            .ToList();
        files.Sort(StringComparer.Ordinal);
        return files;
    }

    private static string NameIn(string folder, FileSystemInfo entry) =>
        Path.GetRelativePath(folder, entry.FullName).Replace('\\', '/');
}
