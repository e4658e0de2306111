using Watchkeeper.Server.Packages.Csar;

namespace Watchkeeper.Server.Packages;

/// <summary>The folders of packages on disk: one per package, which is whole or not there.</summary>
/// <remarks>A package is made in a folder beside the others and moved in by one rename; what a crash leaves is removed
/// at start.</remarks>
internal sealed class PackageShelf(string folder)
{
    private const string IncomingName = ".incoming";

    private string Incoming => Path.Combine(folder, IncomingName);

    /// <summary>Where the files of a package are.</summary>
    public string PathOf(Guid id) => Path.Combine(folder, id.ToString("D"));

    /// <summary>An empty folder for an upload.</summary>
    public string NewIncoming(Guid id)
    {
        // Made by us, so that whoever runs the images can pass through it; a folder above is its owner's business.
        Directory.CreateDirectory(folder);
        FileModes.Folder(folder);
        var path = Path.Combine(Incoming, id.ToString("D"));
        Directory.CreateDirectory(path);
        return path;
    }

    /// <summary>Moves the unpacked files of an upload to the place of a package.</summary>
    public void Keep(string content, Guid id) => Directory.Move(content, PathOf(id));

    /// <summary>Removes an upload and all that is left of it.</summary>
    public void RemoveIncoming(Guid id) => Remove(Path.Combine(Incoming, id.ToString("D")));

    /// <summary>Removes a package. Removing what is not there is harmless.</summary>
    public void Remove(Guid id)
    {
        if (Directory.Exists(PathOf(id)))
        {
            // Out of sight by one rename first: half a package is never seen under its name.
            Directory.CreateDirectory(Incoming);
            var gone = Path.Combine(Incoming, $"{id:D}.gone");
            Remove(gone);
            Directory.Move(PathOf(id), gone);
            Remove(gone);
        }
    }

    /// <summary>Removes what no stored package names: uploads that a crash cut short, and packages that it left
    /// behind.</summary>
    /// <returns>How many folders were removed.</returns>
    public int RemoveOrphans(IEnumerable<Guid> stored)
    {
        if (!Directory.Exists(folder))
        {
            return 0;
        }

        var kept = stored.Select(id => id.ToString("D")).ToHashSet(StringComparer.Ordinal);
        var incoming = Directory.Exists(Incoming) ? Directory.GetFileSystemEntries(Incoming) : [];
        var packages = Directory.GetDirectories(folder)
            .Where(path => Guid.TryParseExact(Path.GetFileName(path), "D", out _)
                && !kept.Contains(Path.GetFileName(path)));
        var orphans = incoming.Concat(packages).ToArray();
        foreach (var orphan in orphans)
        {
            Remove(orphan);
        }

        return orphans.Length;
    }

    private static void Remove(string path)
    {
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }
        else
        {
            File.Delete(path);
        }
    }
}
