namespace Watchkeeper.Server.Storage;

/// <summary>
/// The data folder can't be used as it is. The message is one clear line for the person who starts the server.
/// </summary>
internal sealed class DataFolderException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The folder that holds all that a server keeps: made private, and held by one server at a time.</summary>
internal sealed class DataFolder : IDisposable
{
    /// <summary>
    /// The owner alone enters the folder (0700) and reads its files (0600): they hold tokens and secrets.
    /// </summary>
    public const UnixFileMode PrivateFolder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public const UnixFileMode PrivateFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly FileStream _lock;

    private DataFolder(string path, FileStream heldLock)
    {
        Path = path;
        _lock = heldLock;
    }

    /// <summary>The folder, as an absolute path.</summary>
    public string Path { get; }

    /// <summary>The file of the embedded database.</summary>
    public string DatabasePath => System.IO.Path.Combine(Path, "watchkeeper.db");

    /// <summary>
    /// Makes the folder if need be, and holds it until it is disposed or the process ends, however it ends.
    /// </summary>
    /// <param name="directory">The folder, relative to the caller's own.</param>
    /// <exception cref="DataFolderException">It can't be made or written, or another server holds it.</exception>
    public static DataFolder Open(string directory)
    {
        var path = System.IO.Path.GetFullPath(directory);
        try
        {
            MakePrivate(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataFolderException($"The data folder {path} can't be made: {e.Message}", e);
        }

        var lockPath = System.IO.Path.Combine(path, "lock");
        try
        {
            return new DataFolder(path, new FileStream(lockPath, PrivateOptions()));
        }
        catch (UnauthorizedAccessException e)
        {
            throw new DataFolderException($"The data folder {path} can't be written: {e.Message}", e);
        }
        catch (IOException e) when (File.Exists(lockPath))
        {
            throw new DataFolderException($"The data folder {path} is in use by another server.", e);
        }
        catch (IOException e)
        {
            throw new DataFolderException($"The data folder {path} can't be written: {e.Message}", e);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _lock.Dispose();

    /// <summary>Makes a folder for its owner alone.</summary>
    /// <remarks>One that is there already keeps its mode: it is its owner's decision, and the files are private in any
    /// case.</remarks>
    public static void MakePrivate(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, PrivateFolder);
        }
    }

    // FileShare.None is flock(2) on Unix: it goes with the process, so that a killed server leaves nothing to clean up.
    private static FileStreamOptions PrivateOptions()
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = PrivateFile;
        }

        return options;
    }
}
