using Watchkeeper.Monitoring.Protocol;

namespace Watchkeeper.Server.Storage;

/// <summary>Where readers wait for commits that touch what they read. Wakes are levels: none can be missed.</summary>
internal sealed class TopicBoard
{
    private const int Masks = 4;

    private readonly Lock _lock = new();
    private readonly long[] _stamps = new long[Masks];
    private readonly Latch?[] _waits = new Latch?[Masks];

    // From 1, so that a reader's first wait returns at once: what was stored before it came is news to it, too.
    private long _stamp = 1;

    public TopicBoard() => Array.Fill(_stamps, _stamp);

    /// <summary>Wakes the readers of the topics.</summary>
    public void Pulse(Topics topics)
    {
        if (topics == Topics.None)
        {
            return;
        }

        lock (_lock)
        {
            _stamp++;
            for (var mask = 1; mask < Masks; mask++)
            {
                if ((mask & (int)topics) != 0)
                {
                    _stamps[mask] = _stamp;
                    _waits[mask]?.Open();
                    _waits[mask] = null;
                }
            }
        }
    }

    /// <summary>
    /// The stamp of the topics' latest commit; another one later means that there was another commit.
    /// </summary>
    public long StampOf(Topics topics)
    {
        lock (_lock)
        {
            return _stamps[(int)topics];
        }
    }

    /// <summary>Waits until one of the topics has a stamp above the one seen.</summary>
    /// <returns>The stamp to pass next time.</returns>
    public async Task<long> WaitAsync(Topics topics, long seen, CancellationToken cancellationToken)
    {
        var mask = (int)topics;
        ArgumentOutOfRangeException.ThrowIfNotEqual(mask is > 0 and < Masks, true, nameof(topics));
        while (true)
        {
            Latch wait;
            lock (_lock)
            {
                if (_stamps[mask] > seen)
                {
                    return _stamps[mask];
                }

                wait = _waits[mask] ??= new Latch();
            }

            await wait.WaitAsync(cancellationToken);
        }
    }
}
