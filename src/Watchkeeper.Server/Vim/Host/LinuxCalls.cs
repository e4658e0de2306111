using System.Runtime.InteropServices;

namespace Watchkeeper.Server.Vim.Host;

/// <summary>The calls of the C library that .NET has no words for.</summary>
internal static partial class LinuxCalls
{
    public const int SigKill = 9;
    public const int SigTerm = 15;

    /// <summary>
    /// Sends a signal to a process, or to a whole group when the number is negative; 0 when it was sent.
    /// </summary>
    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static partial int Kill(int pid, int signal);

    /// <summary>The user that this process acts as; 0 is root.</summary>
    [LibraryImport("libc", EntryPoint = "geteuid")]
    public static partial uint EffectiveUser();

    /// <summary>Gives a file to a user and a group of the same number.</summary>
    public static void GiveTo(string path, uint user)
    {
        if (ChangeOwner(path, user, user) != 0)
        {
            throw new IOException(
                $"'{path}' could not be given to user {user}: {Marshal.GetLastPInvokeErrorMessage()}.");
        }
    }

    /// <summary>Sets who may do what with a file, whatever the umask.</summary>
    public static void SetMode(string path, UnixFileMode mode)
    {
        if (ChangeMode(path, (uint)mode) != 0)
        {
            throw new IOException(
                $"The mode of '{path}' could not be set: {Marshal.GetLastPInvokeErrorMessage()}.");
        }
    }

    /// <summary>
    /// Makes a folder with a mode, and its missing parents alike; one that is there is left as it is.
    /// </summary>
    public static void MakeFolder(string path, UnixFileMode mode)
    {
        if (Directory.Exists(path))
        {
            return;
        }

        if (Path.GetDirectoryName(path) is { } parent)
        {
            MakeFolder(parent, mode);
        }

        Directory.CreateDirectory(path);
        SetMode(path, mode);
    }

    /// <summary>
    /// Who owns what is at a path, and whether that is a folder; a link is not followed. Null: nothing.
    /// </summary>
    public static (uint User, bool IsFolder)? OwnerOf(string path)
    {
        // struct statx is laid out alike on every architecture, which struct stat is not.
        const int atCwd = -100;
        const int noFollow = 0x100;
        const uint typeModeAndUser = 0x1 | 0x2 | 0x8;
        const int userAt = 20;
        const int modeAt = 28;
        const int typeMask = 0xF000;
        const int folderType = 0x4000;
        Span<byte> status = stackalloc byte[256];
        return StatX(atCwd, path, noFollow, typeModeAndUser, status) == 0
            ? (MemoryMarshal.Read<uint>(status[userAt..]),
                (MemoryMarshal.Read<ushort>(status[modeAt..]) & typeMask) == folderType)
            : null;
    }

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(int folder, string path, int flags, uint wanted, Span<byte> status);

    [LibraryImport("libc", EntryPoint = "chmod", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeMode(string path, uint mode);

    [LibraryImport("libc", EntryPoint = "lchown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeOwner(string path, uint user, uint group);
}
