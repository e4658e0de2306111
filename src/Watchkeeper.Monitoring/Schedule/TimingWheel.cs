namespace Watchkeeper.Monitoring.Schedule;

/// <summary>Says which entries are due: a hashed wheel of linked lists in arrays, keyed by small integers.</summary>
/// <remarks>
/// Scheduling, moving and cancelling touch one list; nothing is allocated but when a larger entry number comes than ever before.
/// An entry due later than one turn of the wheel stays in its bucket and is passed over until its turn comes.
/// </remarks>
internal sealed class TimingWheel
{
    private const int None = -1;

    private readonly long _tick;
    private readonly long _mask;
    private readonly int[] _heads;
    private int[] _next = [];
    private int[] _previous = [];
    private int[] _bucketOf = [];
    private long[] _due = [];
    private long _cursor;

    /// <param name="buckets">The number of buckets; a power of two.</param>
    /// <param name="tick">The time that one bucket covers, in the caller's unit.</param>
    /// <param name="start">The time at which the wheel begins.</param>
    public TimingWheel(int buckets, long tick, long start)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(int.IsPow2(buckets), true, nameof(buckets));
        ArgumentOutOfRangeException.ThrowIfLessThan(tick, 1);
        _tick = tick;
        _mask = buckets - 1;
        _heads = new int[buckets];
        Array.Fill(_heads, None);
        _cursor = Math.Max(0, start / tick);
    }

    /// <summary>The number of entries that wait for their time.</summary>
    public int Count { get; private set; }

    /// <summary>Plans an entry, or moves it if it is planned already. A time that has passed is due at once.</summary>
    public void Schedule(int entry, long due)
    {
        Grow(entry);
        Cancel(entry);
        var bucket = (int)(Math.Max(due / _tick, _cursor) & _mask);
        _due[entry] = due;
        _bucketOf[entry] = bucket;
        _previous[entry] = None;
        _next[entry] = _heads[bucket];
        if (_heads[bucket] != None)
        {
            _previous[_heads[bucket]] = entry;
        }

        _heads[bucket] = entry;
        Count++;
    }

    /// <summary>Takes an entry out; harmless when it is not planned.</summary>
    public void Cancel(int entry)
    {
        if (entry >= _bucketOf.Length || _bucketOf[entry] == None)
        {
            return;
        }

        if (_previous[entry] == None)
        {
            _heads[_bucketOf[entry]] = _next[entry];
        }
        else
        {
            _next[_previous[entry]] = _next[entry];
        }

        if (_next[entry] != None)
        {
            _previous[_next[entry]] = _previous[entry];
        }

        _bucketOf[entry] = None;
        Count--;
    }

    /// <summary>Takes out entries whose time has come, as many as fit; call it again until it returns zero.</summary>
    public int TakeDue(long now, Span<int> taken)
    {
        var last = now / _tick;
        // After a long sleep one look at each bucket is enough.
        _cursor = Math.Max(_cursor, last - _mask);
        var count = 0;
        while (_cursor <= last)
        {
            for (var entry = _heads[_cursor & _mask]; entry != None;)
            {
                var following = _next[entry];
                if (_due[entry] <= now)
                {
                    if (count == taken.Length)
                    {
                        return count;
                    }

                    Cancel(entry);
                    taken[count++] = entry;
                }

                entry = following;
            }

            if (_cursor == last)
            {
                // The rest of this bucket is due within the tick: it is looked at again.
                break;
            }

            _cursor++;
        }

        return count;
    }

    private void Grow(int entry)
    {
        var had = _due.Length;
        if (entry < had)
        {
            return;
        }

        var size = Math.Max(entry + 1, Math.Max(16, had * 2));
        Array.Resize(ref _next, size);
        Array.Resize(ref _previous, size);
        Array.Resize(ref _due, size);
        Array.Resize(ref _bucketOf, size);
        Array.Fill(_bucketOf, None, had, size - had);
    }
}
