namespace Watchkeeper.Server.Storage;

/// <summary>
/// The newest entries of the notification log as they were read and parsed once, for all who deliver them.
/// </summary>
/// <remarks>
/// Whoever has fallen behind what is kept reads the store by itself: its slowness costs nobody else anything. Positions
/// only grow and are committed in their order, so what follows the last entry read is all that is new.
/// </remarks>
internal sealed class NotificationTail(
    Func<long, int, CancellationToken, Task<ImmutableArray<StoredNotification>>> readAsync, Func<long> stamp)
{
    /// <summary>Entries kept at most.</summary>
    public const int MostEntries = 4_096;

    /// <summary>Characters kept at most, of the entries as they are stored.</summary>
    public const long MostCharacters = 16 << 20;

    /// <summary>Entries read at once at least.</summary>
    private const int Page = 256;

    private readonly Lock _lock = new();
    private readonly List<StoredNotification> _kept = [];

    // All entries after _from up to _to are kept; the log had no more when it had the stamp _endedAt.
    private long _from = -1;
    private long _to = -1;
    private long _characters;
    private long _endedAt = -1;
    private TaskCompletionSource? _reading;

    /// <summary>Entries after a position, oldest first; none when there are none yet.</summary>
    public async Task<ImmutableArray<StoredNotification>> ReadAsync(
        long after, int count, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (TryServe(after, count) is { } kept)
            {
                return kept;
            }

            if (after < Volatile.Read(ref _from))
            {
                return await readAsync(after, count, cancellationToken);
            }

            var (reading, isMine) = Turn();
            if (!isMine)
            {
                // Somebody else reads what is new: it may be all that is wanted here.
                await reading.Task.WaitAsync(cancellationToken);
                continue;
            }

            try
            {
                return await ReadOnAsync(after, count, cancellationToken);
            }
            finally
            {
                Volatile.Write(ref _reading, null);
                reading.SetResult();
            }
        }
    }

    private (TaskCompletionSource Reading, bool IsMine) Turn()
    {
        var mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return Interlocked.CompareExchange(ref _reading, mine, null) is { } other ? (other, false) : (mine, true);
    }

    // Null when the store has to be asked.
    private ImmutableArray<StoredNotification>? TryServe(long after, int count)
    {
        lock (_lock)
        {
            if (after < _from || after > _to)
            {
                return null;
            }

            if (after == _to)
            {
                return _endedAt == stamp() ? [] : null;
            }

            var first = FirstAfter_NeedsLock(after);
            return [.. _kept.Skip(first).Take(count)];
        }
    }

    private async Task<ImmutableArray<StoredNotification>> ReadOnAsync(
        long after, int count, CancellationToken cancellationToken)
    {
        // Before the read: a commit that comes in between is either read or makes the stamp an old one.
        var asked = stamp();
        var size = Math.Max(count, Page);
        var read = await readAsync(after, size, cancellationToken);
        lock (_lock)
        {
            if (after != _to)
            {
                Restart_NeedsLock(after);
            }

            _kept.AddRange(read);
            _characters += read.Sum(entry => (long)entry.Size);
            _to = read.IsEmpty ? _to : read[^1].Position;
            _endedAt = read.Length < size ? asked : -1;
            Trim_NeedsLock();
        }

        return read.Length > count ? read[..count] : read;
    }

    private int FirstAfter_NeedsLock(long after)
    {
        var (low, high) = (0, _kept.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _kept[middle].Position > after ? (low, middle) : (middle + 1, high);
        }

        return low;
    }

    private void Restart_NeedsLock(long after)
    {
        _kept.Clear();
        _characters = 0;
        _from = _to = after;
    }

    private void Trim_NeedsLock()
    {
        var gone = 0;
        while (_kept.Count - gone > MostEntries || (_characters > MostCharacters && gone < _kept.Count))
        {
            _characters -= _kept[gone].Size;
            _from = _kept[gone].Position;
            gone++;
        }

        _kept.RemoveRange(0, gone);
    }
}
