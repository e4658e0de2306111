using System.Text.Json;

namespace Watchkeeper.Monitoring.Agents;

/// <summary>
/// An agent's own file of assignments, so that it can go on after a restart while the manager can't be asked.
/// </summary>
/// <remarks>
/// One JSON line for each set and each leave, appended before either is acknowledged; the last line of a target
/// holds. Not forced to the disk: what a power cut loses is fenced by its epoch, and the manager's difference sets it
/// again. Written by the engine's loop only.
/// </remarks>
internal sealed class AssignmentFile : IDisposable
{
    /// <summary>Lines beyond four times what is held, before the file is written anew.</summary>
    public const int SlackLines = 20_000;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _path;
    private readonly MemoryStream _pending = new();
    private readonly Func<string, Stream> _append;
    private Stream? _file;
    private long _lines;

    /// <param name="path">Where it is.</param>
    /// <param name="append">Opens it to be written on.</param>
    internal AssignmentFile(string path, Func<string, Stream> append)
    {
        _path = path;
        _append = append;
    }

    /// <summary>Whether so much of the file is history that it should be written anew.</summary>
    public bool IsBloated(int held) => _lines > (4L * held) + SlackLines;

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
        file.Rewrite(watched, left);
        return file;
    }

    /// <summary>Notes that a target is watched; <see cref="Flush"/> writes it.</summary>
    public void Watched(Assignment assignment) => Add(_pending, Line(assignment));

    /// <summary>Notes that a target was left; <see cref="Flush"/> writes it.</summary>
    public void Left(TargetId target, AssignmentEpoch epoch) => Add(_pending, Line(target, epoch));

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
            foreach (var letter in _pending.GetBuffer().AsSpan(0, (int)_pending.Length))
            {
                _lines += letter == '\n' ? 1 : 0;
            }
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

    /// <summary>Writes the file anew, beside itself, and puts it in its place at once.</summary>
    /// <remarks>Not forced to the disk either: the loop that probes would wait for it.</remarks>
    public void Rewrite(IEnumerable<Assignment> watched, IEnumerable<TargetEpoch> left)
    {
        var temporary = _path + ".new";
        // A left-over of a crash may have another mode: the mode is given only when a file is made.
        File.Delete(temporary);
        _lines = 0;
        using (var file = new FileStream(temporary, ForOwnerOnly()))
        {
            foreach (var target in left)
            {
                Add(file, Line(target.Target, target.Epoch));
                _lines++;
            }

            foreach (var assignment in watched)
            {
                Add(file, Line(assignment));
                _lines++;
            }
        }

        File.Move(temporary, _path, overwrite: true);
        _file?.Dispose();
        _file = _append(_path);
    }

    /// <inheritdoc />
    public void Dispose() => _file?.Dispose();

    private static FileStreamOptions ForOwnerOnly()
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, BufferSize = 1 << 16 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        return options;
    }

    private static AssignmentLine Line(Assignment assignment) =>
        new(assignment.Target.Value, assignment.Epoch.Value, assignment.Address, assignment.Kpis);

    private static AssignmentLine Line(TargetId target, AssignmentEpoch epoch) =>
        new(target.Value, epoch.Value, null, null);

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
