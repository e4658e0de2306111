using System.Globalization;

namespace Watchkeeper.Server.Vim.Host;

/// <summary>Gives each VM of this machine a slot of its own, whichever server made it.</summary>
/// <remarks>
/// A slot is claimed by a symbolic link, named by the slot, to the VM's folder: making a link is one act that fails
/// when the name is taken. A link whose folder is gone claims nothing. The folder of claims is on a file system that
/// ends with the boot, as the VMs do. A lock file is held while a slot is searched, so that two servers don't both
/// clear away the same stale link. A folder that is not this user's alone is of no use: whoever else could write there
/// would say which slots are free, or have our files made where a link of theirs leads.
/// </remarks>
internal sealed class SlotClaims(string folder, uint count, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan LockWait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LockRetry = TimeSpan.FromMilliseconds(2);
    private readonly SemaphoreSlim _searching = new(1);
    private uint? _next;

    /// <summary>The folder of claims that all servers of this user share.</summary>
    public static string UsualFolder(HostPrivileges privileges) => privileges.AreRoot
        ? "/run/watchkeeper/slots"
        : Path.Combine(Path.GetTempPath(), $"watchkeeper-{LinuxCalls.EffectiveUser()}", "slots");

    /// <summary>Claims a slot for the VM with this folder.</summary>
    /// <exception cref="VimException">None is free.</exception>
    public async Task<uint> ClaimAsync(string vmFolder, CancellationToken cancellationToken)
    {
        await _searching.WaitAsync(cancellationToken);
        try
        {
            LinuxCalls.MakeFolder(
                folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            if (OwnFolder.Objection(folder) is { } objection)
            {
                throw new VimException($"The addresses of this machine's VMs can't be shared out: {objection}");
            }

            await using var mutex = await LockAsync(cancellationToken);
            return Search(vmFolder);
        }
        finally
        {
            _searching.Release();
        }
    }

    /// <summary>Whether the slot is claimed for the VM with this folder.</summary>
    public bool Has(uint slot, string vmFolder) => OwnerOf(slot) == vmFolder;

    /// <summary>The slot claimed for the VM with this folder; null when none is.</summary>
    public uint? SlotOf(string vmFolder) => Claimed().Where(slot => Has(slot, vmFolder)).Cast<uint?>().FirstOrDefault();

    /// <summary>Gives a slot back, if it is that VM's.</summary>
    public void Release(uint slot, string vmFolder)
    {
        if (Has(slot, vmFolder))
        {
            File.Delete(LinkOf(slot));
        }
    }

    /// <inheritdoc />
    public void Dispose() => _searching.Dispose();

    private uint Search(string vmFolder)
    {
        // Slots go round, so that an address is not given again while somebody may still ask it about its last owner.
        var first = _next ?? Claimed().DefaultIfEmpty(uint.MaxValue).Max() + 1;
        for (var tried = 0u; tried < count; tried++)
        {
            var slot = (first + tried) % count;
            if (TryClaim(slot, vmFolder))
            {
                _next = slot + 1;
                return slot;
            }
        }

        throw new VimException($"All {count} addresses of vim.host.addressRange are taken on this machine.");
    }

    private bool TryClaim(uint slot, string vmFolder)
    {
        if (OwnerOf(slot) is { } owner)
        {
            if (Directory.Exists(owner))
            {
                return false;
            }

            File.Delete(LinkOf(slot));
        }

        try
        {
            File.CreateSymbolicLink(LinkOf(slot), vmFolder);
            return true;
        }
        catch (IOException) when (OwnerOf(slot) is not null)
        {
            return false;
        }
    }

    private ImmutableArray<uint> Claimed()
    {
        if (OwnFolder.Objection(folder) is not null)
        {
            return [];
        }

        var slots = ImmutableArray.CreateBuilder<uint>();
        foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos())
        {
            if (uint.TryParse(entry.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var slot))
            {
                slots.Add(slot);
            }
        }

        return slots.ToImmutable();
    }

    private async Task<FileStream> LockAsync(CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        while (true)
        {
            try
            {
                // FileShare.None is an exclusive flock here; it ends with the process that holds it.
                return new FileStream(
                    Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (time.GetElapsedTime(start) < LockWait)
            {
                await Task.Delay(LockRetry, time, cancellationToken);
            }
        }
    }

    private string? OwnerOf(uint slot) =>
        OwnFolder.Objection(folder) is null ? new FileInfo(LinkOf(slot)).LinkTarget : null;

    private string LinkOf(uint slot) => Path.Combine(folder, slot.ToString(CultureInfo.InvariantCulture));
}
