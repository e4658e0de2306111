using System.Runtime.InteropServices;
using System.Text;

namespace Watchkeeper.Monitoring.Agents;

/// <summary>A file with a secret: only its owner may read it, and a crash leaves all of it or none.</summary>
public static partial class SecretFile
{
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    private const int OpenReadOnlyForExec = 0x80000; // O_RDONLY | O_CLOEXEC

    /// <summary>Reads a secret.</summary>
    /// <exception cref="InvalidDataException">Others than its owner may read or write it; the message is one clear
    /// line.</exception>
    public static string Read(string path)
    {
        // Looked at first: what others could read has to be thought known, whatever is done with it here.
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) != UnixFileMode.None)
        {
            throw new InvalidDataException(
                $"{path} can be read or written by others than its owner: chmod 600 it, or have a new one made.");
        }

        return File.ReadAllText(path).Trim();
    }

    /// <summary>Writes a secret; returns when it is durable.</summary>
    public static void Write(string path, string secret)
    {
        var made = $"{path}.new";
        File.Delete(made);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var file = new FileStream(made, options))
        {
            file.Write(Encoding.ASCII.GetBytes(secret + "\n"));
            file.Flush(flushToDisk: true);
        }

        File.Move(made, path, overwrite: true);
        SyncFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    // The new name is durable only when the folder is: .NET has no call for that.
    private static void SyncFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var descriptor = Open(folder, OpenReadOnlyForExec);
        if (descriptor < 0)
        {
            throw new IOException($"{folder} can't be opened: error {Marshal.GetLastPInvokeError()}.");
        }

        try
        {
            if (Sync(descriptor) != 0)
            {
                throw new IOException($"{folder} can't be synced: error {Marshal.GetLastPInvokeError()}.");
            }
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
