namespace Watchkeeper.Monitoring.Agents;

/// <summary>The file of assignments without its history, written beside it while the loop goes on probing.</summary>
/// <remarks>
/// The loop begins it with what is held then, keeps for it what is written to the file meanwhile, and puts both in the
/// file's place when <see cref="Write"/>, which runs elsewhere, has ended. Until that one rename the file itself is
/// whole: a crash at any moment costs the copy only.
/// </remarks>
internal sealed class AssignmentFileCopy(
    string path, ImmutableArray<Assignment> watched, ImmutableArray<TargetEpoch> left) : IDisposable
{
    /// <summary>Bytes that may be written to the file meanwhile; a copy that is slower than that is given up.</summary>
    public const int LongestTail = 64 * 1024 * 1024;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _path = path + ".new";
    private readonly MemoryStream _tail = new();
    private bool _isTailLost;
    private volatile Exception? _failure;
    private volatile bool _isWritten;

    /// <summary>Lines of the copy.</summary>
    public long Lines { get; private set; } = watched.Length + left.Length;

    /// <summary>Whether the copy was written, or can't be.</summary>
    public bool HasEnded => _isWritten || _failure is not null;

    /// <summary>Writes what was held when it began, durably; a failure is told by <see cref="PutInPlace"/>.</summary>
    public void Write()
    {
        try
        {
            // A left-over of a crash may have another mode: the mode is given only when a file is made.
            File.Delete(_path);
            using var file = new FileStream(_path, ForOwnerOnly());
            foreach (var target in left)
            {
                AssignmentFile.Add(file, target.Target, target.Epoch);
            }

            foreach (var assignment in watched)
            {
                AssignmentFile.Add(file, assignment);
            }

            file.Flush(flushToDisk: true);
            _isWritten = true;
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            _failure = failed;
        }
    }

    /// <summary>Something was written to the file meanwhile.</summary>
    public void Append(ReadOnlySpan<byte> text, int lines)
    {
        if (_tail.Length + text.Length > LongestTail)
        {
            _isTailLost = true;
            return;
        }

        _tail.Write(text);
        Lines += lines;
    }

    /// <summary>Adds what was written meanwhile, and takes the file's place.</summary>
    /// <exception cref="IOException">It can't; the file is as it was.</exception>
    public void PutInPlace()
    {
        if (_failure is { } failure)
        {
            throw new IOException(failure.Message, failure);
        }

        if (_isTailLost)
        {
            throw new IOException("more was written meanwhile than is kept for the copy");
        }

        if (_tail.Length > 0)
        {
            using var file = new FileStream(_path, FileMode.Append, FileAccess.Write);
            _tail.WriteTo(file);
        }

        File.Move(_path, path, overwrite: true);
    }

    /// <inheritdoc />
    public void Dispose() => _tail.Dispose();

    private static FileStreamOptions ForOwnerOnly()
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, BufferSize = 1 << 16 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        return options;
    }
}
