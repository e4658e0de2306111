using System.Text.Json;
using Watchkeeper.Monitoring.Protocol;

namespace Watchkeeper.Monitoring.Agents;

/// <summary>
/// An agent's own file of assignments, so that it can go on after a restart while the manager can't be asked.
/// </summary>
/// <remarks>
/// One JSON line for each set and each leave, appended before either is acknowledged; the last line of a target
/// holds. Not forced to the disk: what a power cut loses is fenced by its epoch, and the manager's difference sets it
/// again. Written by the engine's loop only; copied without its history by a loop beside it.
/// </remarks>
internal sealed class AssignmentFile : IDisposable
{
    /// <summary>Lines beyond four times what is held, before the file is written anew.</summary>
    public const int SlackLines = 20_000;

    private readonly string _path;
    private readonly MemoryStream _pending = new();
    private readonly Func<string, Stream> _append;
    private readonly Signal _toCopy = new();
    private Stream? _file;
    private long _lines;
    private long _copyAt;
    private volatile AssignmentFileCopy? _copy;

    /// <param name="path">Where it is.</param>
    /// <param name="append">Opens it to be written on.</param>
    internal AssignmentFile(string path, Func<string, Stream> append)
    {
        _path = path;
        _append = append;
    }

    /// <summary>Whether so much of the file is history that it should be written anew.</summary>
    public bool IsBloated(int held) => _copy is null && _lines > Math.Max((4L * held) + SlackLines, _copyAt);

    /// <summary>Opens the file and reads it; one that does not exist is empty.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="watched">What was watched, with fresh state.</param>
    /// <param name="left">The highest epochs of targets that were left, the oldest first.</param>
    /// <param name="unreadable">Lines that could not be read; a torn last one is not counted.</param>
    public static AssignmentFile Open(
        string path, out ImmutableArray<Assignment> watched, out ImmutableArray<TargetEpoch> left, out int unreadable)
    {
        unreadable = 0;
        var latest = new Dictionary<Guid, AssignmentLine>();
        var order = new List<Guid>();
        var lines = File.Exists(path) ? File.ReadAllLines(path) : [];
        for (var i = 0; i < lines.Length; i++)
        {
            if (TryRead(lines[i]) is { } line)
            {
                latest[line.Target] = line;
                order.Add(line.Target);
            }
            else if (i < lines.Length - 1)
            {
                unreadable++;
            }
        }

        var states = order.AsEnumerable().Reverse().Distinct().Reverse().Select(target => latest[target]).ToList();
        watched = [.. states.Where(line => line.Kpis is not null).Select(line => new Assignment(
            new TargetId(line.Target), new AssignmentEpoch(line.Epoch), line.Address ?? "", line.Kpis ?? [], []))];
        left = [.. states.Where(line => line.Kpis is null)
            .Select(line => new TargetEpoch(new TargetId(line.Target), new AssignmentEpoch(line.Epoch)))];
        var file = new AssignmentFile(path, OpenToAppend);
        using var copy = new AssignmentFileCopy(path, watched, left);
        copy.Write();
        copy.PutInPlace();
        file._lines = copy.Lines;
        return file;
    }

    /// <summary>Notes that a target is watched; <see cref="Flush"/> writes it.</summary>
    public void Watched(Assignment assignment) => Add(_pending, assignment);

    /// <summary>Notes that a target was left; <see cref="Flush"/> writes it.</summary>
    public void Left(TargetId target, AssignmentEpoch epoch) => Add(_pending, target, epoch);

    /// <summary>Writes what was noted. When it throws, nothing of it may be acknowledged.</summary>
    public void Flush()
    {
        if (_pending.Length == 0)
        {
            return;
        }

        try
        {
            var file = _file ??= _append(_path);
            _pending.WriteTo(file);
            file.Flush();
            var text = _pending.GetBuffer().AsSpan(0, (int)_pending.Length);
            var lines = text.Count((byte)'\n');
            _lines += lines;
            _copy?.Append(text, lines);
        }
        catch
        {
            // Whatever was half written, the next line starts anew.
            _file?.Dispose();
            _file = null;
            throw;
        }
        finally
        {
            _pending.SetLength(0);
        }
    }

    /// <summary>Begins to write the file anew: <see cref="CopyAsync"/> writes, <see cref="EndCopy"/> ends it.</summary>
    public void BeginCopy(ImmutableArray<Assignment> watched, ImmutableArray<TargetEpoch> left)
    {
        _copy = new AssignmentFileCopy(_path, watched, left);
        _toCopy.Raise();
    }

    /// <summary>Puts a copy that was written in the file's place; does nothing as long as there is none.</summary>
    /// <exception cref="IOException">It can't; the file goes on as it was, and is copied when it has grown
    /// further.</exception>
    public void EndCopy()
    {
        if (_copy is not { HasEnded: true } copy)
        {
            return;
        }

        try
        {
            copy.PutInPlace();
            _lines = copy.Lines;
            _file?.Dispose();
            _file = null;
            _copyAt = 0;
        }
        catch
        {
            _copyAt = _lines + SlackLines;
            throw;
        }
        finally
        {
            _copy = null;
            copy.Dispose();
        }
    }

    /// <summary>Writes each copy that is begun, until it is cancelled: not in the loop that probes.</summary>
    public async Task CopyAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await _toCopy.WaitAsync(cancellationToken);
                _copy?.Write();
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // What was begun is begun again after the next start.
        }
    }

    /// <inheritdoc />
    public void Dispose() => _file?.Dispose();

    /// <summary>Writes the line of a target that is watched.</summary>
    public static void Add(Stream stream, Assignment assignment) => Add(stream, new AssignmentLine(
        assignment.Target.Value, assignment.Epoch.Value, assignment.Address, assignment.Kpis));

    /// <summary>Writes the line of a target that was left.</summary>
    public static void Add(Stream stream, TargetId target, AssignmentEpoch epoch) =>
        Add(stream, new AssignmentLine(target.Value, epoch.Value, null, null));

    private static void Add(Stream stream, AssignmentLine line)
    {
        JsonSerializer.Serialize(stream, line, AssignmentFileJson.Default.AssignmentLine);
        stream.WriteByte((byte)'\n');
    }

    private static AssignmentLine? TryRead(string text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, AssignmentFileJson.Default.AssignmentLine);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // A write that failed half-way may have left a torn line: the next one starts on a line of its own.
    private static FileStream OpenToAppend(string path)
    {
        var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
        if (file.Length > 0)
        {
            file.Seek(-1, SeekOrigin.End);
            if (file.ReadByte() != '\n')
            {
                file.Write("\n"u8);
            }
        }

        return file;
    }
}
