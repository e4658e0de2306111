namespace Watchkeeper.Server.Packages.Csar;

/// <summary>Who may do what with the files of an unpacked package: everybody reads, and only images run.</summary>
/// <remarks>Set after the file is made, because the mode given at creation is cut by the umask.</remarks>
internal static class FileModes
{
    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite
        | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private const UnixFileMode Runnable = Readable
        | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>0644.</summary>
    public static void Plain(string path) => Set(path, Readable);

    /// <summary>0755: a software image is run by the unprivileged user of its VM.</summary>
    public static void Image(string path) => Set(path, Runnable);

    /// <summary>0755.</summary>
    public static void Folder(string path) => Set(path, Runnable);

    private static void Set(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, mode);
        }
    }
}
