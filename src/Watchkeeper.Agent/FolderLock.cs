namespace Watchkeeper.Agent;

/// <summary>Holds an agent's data folder: two processes would write over each other's assignments and key.</summary>
internal static class FolderLock
{
    /// <summary>Holds the folder until the stream is disposed or the process ends, however it ends.</summary>
    /// <returns>Null when another process holds it.</returns>
    /// <exception cref="IOException">The folder can't be written.</exception>
    public static FileStream? TryHold(string folder)
    {
        var path = Path.Combine(folder, "lock");
        // FileShare.None is flock(2) on Unix: it goes with the process, so that a killed agent leaves nothing to clean
        // up.
        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        try
        {
            return new FileStream(path, options);
        }
        catch (IOException held) when (held.GetType() == typeof(IOException) && File.Exists(path))
        {
            return null;
        }
    }
}
