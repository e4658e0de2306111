using System.Text.Json;
using Watchkeeper.Lifecycle.Faults;
using Watchkeeper.Server.Engine;
using Watchkeeper.Server.Packages.Csar;
using Watchkeeper.Server.Packages.Descriptors;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Packages;

/// <summary>What became of adding a package.</summary>
internal abstract record PackageAddition
{
    private PackageAddition()
    {
    }

    /// <summary>It is in the store now.</summary>
    internal sealed record Added(PackageDescription Package) : PackageAddition;

    /// <summary>The same package was there already.</summary>
    internal sealed record Existing(PackageDescription Package) : PackageAddition;

    /// <summary>It was refused.</summary>
    internal sealed record Refused(Fault Fault) : PackageAddition;
}

/// <summary>Whether a VNF instance was made from a VNFD, so that its package must stay.</summary>
internal delegate Task<bool> PackageInUse(string vnfdId, CancellationToken cancellationToken);

/// <summary>Where packages are and how large they may be.</summary>
/// <param name="Folder">The folder of packages (<c>DIR/packages</c>).</param>
/// <param name="MaxBytes">The most bytes of an upload (<c>packages.maxBytes</c>).</param>
internal sealed record PackageSettings(string Folder, long MaxBytes = PackageLimits.UploadBytes);

/// <summary>The built-in package store: rows in the store, files on the shelf, descriptors read once.</summary>
internal sealed partial class PackageStore(
    Store store, PackageSettings settings, IIdSource ids, TimeProvider time, ILogger<PackageStore> logger) : IDisposable
{
    private readonly PackageShelf _shelf = new(settings.Folder);

    // An upload needs disk for its archive and its files; more at a time would need it all at once.
    private readonly SemaphoreSlim _uploads = new(PackageLimits.UploadsAtOnce);
    private ImmutableDictionary<Guid, StoredPackage> _loaded = ImmutableDictionary<Guid, StoredPackage>.Empty;

    /// <summary>The most bytes of an upload.</summary>
    public long MaxBytes => settings.MaxBytes;

    /// <summary>Removes what a crash left on disk. Called once, before the first upload is taken.</summary>
    public async Task CleanAsync(CancellationToken cancellationToken)
    {
        var stored = await store.PackagesAsync(cancellationToken);
        var removed = _shelf.RemoveOrphans(stored.Select(row => row.Id));
        if (removed > 0)
        {
            LogOrphansRemoved(removed);
        }
    }

    /// <summary>Adds a package from its archive. The same content again is not an error.</summary>
    public async Task<PackageAddition> AddAsync(Stream archive, CancellationToken cancellationToken)
    {
        await _uploads.WaitAsync(cancellationToken);
        var id = ids.Next();
        try
        {
            var folder = _shelf.NewIncoming(id);
            return await PackageIntake.TakeAsync(archive, settings.MaxBytes, folder, cancellationToken) switch
            {
                Intake.Accepted(var accepted) => await KeptAsync(id, accepted, cancellationToken),
                Intake.Refused(var fault) => new PackageAddition.Refused(fault),
                var other => throw new InvalidOperationException($"Unknown intake {other}."),
            };
        }
        finally
        {
            _shelf.RemoveIncoming(id);
            _uploads.Release();
        }
    }

    /// <summary>The package of a VNFD; null when there is none.</summary>
    public async Task<StoredPackage?> FindAsync(string vnfdId, CancellationToken cancellationToken) =>
        await store.FindPackageAsync(vnfdId, cancellationToken) is { } row
            ? await LoadedAsync(row, cancellationToken)
            : null;

    /// <summary>What clients see of a package; null when there is none of that id.</summary>
    public async Task<PackageDescription?> FindByIdAsync(Guid id, CancellationToken cancellationToken) =>
        (await ListAsync(cancellationToken)).FirstOrDefault(package => package.Id == id);

    /// <summary>All packages, oldest first.</summary>
    public async Task<ImmutableArray<PackageDescription>> ListAsync(CancellationToken cancellationToken) =>
        [.. (await store.PackagesAsync(cancellationToken)).Select(Described).OrderBy(package => package.Id)];

    /// <summary>Deletes a package; returns why it can't be, or null.</summary>
    public async Task<Fault?> DeleteAsync(Guid id, PackageInUse inUse, CancellationToken cancellationToken)
    {
        if (await FindByIdAsync(id, cancellationToken) is not { } package)
        {
            return PackageFaults.Unknown(id.ToString("D"));
        }

        if (await inUse(package.VnfdId, cancellationToken))
        {
            return PackageFaults.InUse(package.VnfdId);
        }

        await store.CommitAsync([PackageTable.Delete(id)], cancellationToken);
        ImmutableInterlocked.TryRemove(ref _loaded, id, out _);
        _shelf.Remove(id);
        LogDeleted(id, package.VnfdId);
        return null;
    }

    public void Dispose() => _uploads.Dispose();

    private async Task<PackageAddition> KeptAsync(
        Guid id, AcceptedPackage accepted, CancellationToken cancellationToken)
    {
        if (await SettledAsync(accepted, cancellationToken) is { } settled)
        {
            return settled;
        }

        var package = PackageDescription.Of(id, accepted, time.GetUtcNow());
        var document = JsonSerializer.SerializeToElement(package, PackageJson.Default.PackageDescription);
        _shelf.Keep(accepted.Folder, id);
        try
        {
            // Not to be cancelled: we would not know whether it is stored.
            await store.CommitAsync(
                [PackageTable.Insert(new PackageRow(id, package.VnfdId, document, package.CreatedAt))],
                CancellationToken.None);
        }
        catch (StoreConflictException conflict)
        {
            _shelf.Remove(id);
            return await SettledAsync(accepted, cancellationToken)
                ?? throw new InvalidOperationException($"The package {package.VnfdId} conflicts with none.", conflict);
        }
        catch (StoreUnavailableException)
        {
            _shelf.Remove(id);
            throw;
        }

        LogAdded(id, package.VnfdId);
        return new PackageAddition.Added(package);
    }

    /// <summary>The outcome when the VNFD id is there already; null when it is free.</summary>
    private async Task<PackageAddition?> SettledAsync(AcceptedPackage accepted, CancellationToken cancellationToken)
    {
        if (await store.FindPackageAsync(accepted.Vnfd.Id, cancellationToken) is not { } row)
        {
            return null;
        }

        var present = Described(row);
        return present.ContentHash == accepted.ContentHash
            ? new PackageAddition.Existing(present)
            : new PackageAddition.Refused(PackageFaults.VnfdIdTaken(present.VnfdId, present.Id));
    }

    private async Task<StoredPackage> LoadedAsync(PackageRow row, CancellationToken cancellationToken)
    {
        if (_loaded.TryGetValue(row.Id, out var known))
        {
            return known;
        }

        var description = Described(row);
        var folder = _shelf.PathOf(row.Id);
        var files = await UnpackedFiles.LoadAsync(folder, cancellationToken);
        if (files.ContentHash != description.ContentHash)
        {
            throw new InvalidOperationException(
                $"The files of the package {row.Id:D} are not those that were uploaded.");
        }

        var package = new StoredPackage(description, VnfdReader.Read(files, description.EntryDefinitions), folder);
        return ImmutableInterlocked.GetOrAdd(ref _loaded, row.Id, package);
    }

    private static PackageDescription Described(PackageRow row) =>
        row.Document.Deserialize(PackageJson.Default.PackageDescription)
        ?? throw new InvalidOperationException($"The package {row.Id:D} has no description.");

    [LoggerMessage(LogLevel.Information, "Package {PackageId} of the VNFD {VnfdId} was added")]
    private partial void LogAdded(Guid packageId, string vnfdId);

    [LoggerMessage(LogLevel.Information, "Package {PackageId} of the VNFD {VnfdId} was deleted")]
    private partial void LogDeleted(Guid packageId, string vnfdId);

    [LoggerMessage(LogLevel.Warning, "Removed {Count} package folders that a crash had left behind")]
    private partial void LogOrphansRemoved(int count);
}
