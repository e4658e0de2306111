using System.Text.Json;
using System.Text.Json.Serialization;
using Watchkeeper.Lifecycle.Instances;

namespace Watchkeeper.Server.Vim.Host;

/// <summary>What HOST remembers of one VM.</summary>
internal sealed record VmRecord
{
    /// <summary>The VNFC that it realises.</summary>
    public required Guid Vnfc { get; init; }

    /// <summary>The slot that gives it its address, user and network card; null until it has one.</summary>
    public uint? Slot { get; init; }

    /// <summary>Its address; null until it has one.</summary>
    public string? Address { get; init; }

    /// <summary>Its main process; null until that runs.</summary>
    public ProcessIdentity? Process { get; init; }

    /// <summary>The boot during which it was begun: what it had beside its folder is gone with that boot.</summary>
    public required string BootId { get; init; }
}

/// <summary>The folder of one VM: what the VM may not touch, and its own home within.</summary>
internal sealed class VmFolder(string parent, VnfcId vnfc)
{
    private const UnixFileMode EnterOnly =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private const UnixFileMode OwnerOnly =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>The folder itself; root's when root made it, so that the VM can replace nothing in it.</summary>
    public string Path { get; } = System.IO.Path.Combine(parent, vnfc.ToString());

    /// <summary>The VM's own folder, its HOME.</summary>
    public string Home => System.IO.Path.Combine(Path, "home");

    /// <summary>The VM's copy of its image.</summary>
    public string Image => System.IO.Path.Combine(Path, "image");

    /// <summary>What the VM writes to its standard output and error.</summary>
    public string Log => System.IO.Path.Combine(Path, "log");

    private string RecordPath => System.IO.Path.Combine(Path, "vm.json");

    /// <summary>Makes the folder, with a record of nothing yet.</summary>
    public VmRecord Begin()
    {
        LinuxCalls.MakeFolder(Path, EnterOnly);
        var record = new VmRecord { Vnfc = vnfc.Value, BootId = ProcessTable.BootId() };
        Write(record);
        return record;
    }

    /// <summary>What is remembered of the VM; null when nothing is, or only rubbish.</summary>
    public VmRecord? Read()
    {
        try
        {
            using var stream = File.OpenRead(RecordPath);
            return JsonSerializer.Deserialize(stream, VmRecordJson.Default.VmRecord);
        }
        catch (Exception none) when (none is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Replaces the record whole.</summary>
    /// <remarks>Not flushed to the disk: a VM does not survive the loss of power that would lose the record.</remarks>
    public void Write(VmRecord record)
    {
        var draft = RecordPath + ".new";
        using (var stream = File.Create(draft))
        {
            JsonSerializer.Serialize(stream, record, VmRecordJson.Default.VmRecord);
        }

        File.Move(draft, RecordPath, overwrite: true);
    }

    /// <summary>Puts the image and an empty home and log in place.</summary>
    /// <param name="image">The image in the package store.</param>
    /// <param name="user">Whose they are to be; null keeps them ours.</param>
    /// <param name="cancellationToken">Stops copying.</param>
    public async Task FurnishAsync(string image, uint? user, CancellationToken cancellationToken)
    {
        LinuxCalls.MakeFolder(Home, OwnerOnly);
        await using (File.Create(Log))
        {
            // Made here, so that a VM of another user finds it and can't put a link in its place.
        }

        LinuxCalls.SetMode(Log, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await using (var from = File.OpenRead(image))
        await using (var to = File.Create(Image))
        {
            await from.CopyToAsync(to, cancellationToken);
        }

        LinuxCalls.SetMode(Image, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        if (user is { } owner)
        {
            LinuxCalls.GiveTo(Home, owner);
            LinuxCalls.GiveTo(Log, owner);
            LinuxCalls.GiveTo(Image, owner);
        }
    }

    /// <summary>The end of the log, to tell people why a VM did not start.</summary>
    public string LastWords()
    {
        const int most = 400;
        using var stream = File.OpenRead(Log);
        stream.Position = Math.Max(0, stream.Length - most);
        var bytes = new byte[most];
        var length = stream.ReadAtLeast(bytes, most, throwOnEndOfStream: false);
        return System.Text.Encoding.UTF8.GetString(bytes, 0, length).Trim().ReplaceLineEndings("; ");
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(VmRecord))]
internal sealed partial class VmRecordJson : JsonSerializerContext;
