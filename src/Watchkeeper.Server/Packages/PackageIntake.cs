using Watchkeeper.Lifecycle.Faults;
using Watchkeeper.Server.Packages.Csar;
using Watchkeeper.Server.Packages.Descriptors;
using Watchkeeper.Server.Packages.Resolution;

namespace Watchkeeper.Server.Packages;

/// <summary>A package that was checked, with its files unpacked.</summary>
/// <param name="Vnfd">Its descriptor.</param>
/// <param name="EntryDefinitions">The file that the descriptor begins in.</param>
/// <param name="ContentHash">SHA-256 over the names and contents of its files.</param>
/// <param name="Size">Bytes of its files.</param>
/// <param name="Folder">Where its files are.</param>
internal sealed record AcceptedPackage(
    Vnfd Vnfd, string EntryDefinitions, string ContentHash, long Size, string Folder);

/// <summary>What became of an upload.</summary>
internal abstract record Intake
{
    private Intake()
    {
    }

    /// <summary>It is what a package should be.</summary>
    internal sealed record Accepted(AcceptedPackage Package) : Intake;

    /// <summary>It is not; the fault says why.</summary>
    internal sealed record Refused(Fault Fault) : Intake;
}

/// <summary>Takes an upload in: to disk, unpacked, held against its manifest, read and rehearsed. Knows no
/// store.</summary>
internal static class PackageIntake
{
    private const int Buffer = 128 << 10;

    /// <summary>Takes an upload into a folder that belongs to it alone; what is left there is the caller's to
    /// remove.</summary>
    /// <param name="body">The archive as it comes.</param>
    /// <param name="maxBytes">The most bytes of it.</param>
    /// <param name="folder">A folder that exists and is empty.</param>
    /// <param name="cancellationToken">Ends the wait for the body.</param>
    public static async Task<Intake> TakeAsync(
        Stream body, long maxBytes, string folder, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, "archive.zip");
        await using var archive = new FileStream(
            path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, Buffer, FileOptions.DeleteOnClose);
        if (!await CopiedAsync(body, archive, maxBytes, cancellationToken))
        {
            return new Intake.Refused(PackageFaults.TooLarge(maxBytes));
        }

        if (archive.Length == 0)
        {
            return new Intake.Refused(PackageFaults.Empty);
        }

        try
        {
            var content = Path.Combine(folder, "content");
            var unpacking = new CsarUnpacking(content, archive.Length);
            var files = new UnpackedFiles(content, await unpacking.UnpackAsync(archive, cancellationToken));
            return new Intake.Accepted(Checked(files, content));
        }
        catch (PackageFormatException exception)
        {
            return new Intake.Refused(PackageFaults.Refused(exception.Message));
        }
    }

    /// <summary>Reads the descriptor of files that were unpacked, and checks all that can be checked without a client's
    /// inputs.</summary>
    /// <exception cref="PackageFormatException">It is refused.</exception>
    public static AcceptedPackage Checked(UnpackedFiles files, string folder)
    {
        var meta = ToscaMeta.Find(files);
        var manifest = Manifest.Read(meta.Manifest, files.Text(meta.Manifest, PackageLimits.MetadataBytes));
        ManifestCheck.DemandMatch(files, meta, manifest);
        var vnfd = VnfdReader.Read(files, meta.EntryDefinitions);
        if (manifest.Metadata.TryGetValue("vnfd_id", out var named) && named != vnfd.Id)
        {
            throw new PackageFormatException(
                $"the manifest is for the VNFD '{Excerpt.Of(named)}', the descriptor is '{Excerpt.Of(vnfd.Id)}'");
        }

        DeploymentResolver.Rehearse(vnfd);
        var vdus = vnfd.Flavours.SelectMany(flavour => flavour.Vdus);
        foreach (var image in vdus.Select(vdu => vdu.Image).OfType<string>())
        {
            FileModes.Image(files.PathOf(image));
        }

        return new AcceptedPackage(vnfd, meta.EntryDefinitions, files.ContentHash, files.Size, folder);
    }

    private static async Task<bool> CopiedAsync(
        Stream body, FileStream archive, long maxBytes, CancellationToken cancellationToken)
    {
        var buffer = new byte[Buffer];
        while (await body.ReadAsync(buffer, cancellationToken) is > 0 and var count)
        {
            if (archive.Position + count > maxBytes)
            {
                return false;
            }

            await archive.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
        }

        await archive.FlushAsync(cancellationToken);
        return true;
    }
}
