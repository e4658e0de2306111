namespace Simulation.Scheduling;

/// <summary>The clocks and timers of one process: all machines' monotonic clocks run alike, wall clocks may
/// jump.</summary>
internal sealed class NodeClock(Scheduler scheduler, Node node) : TimeProvider
{
    private static readonly DateTimeOffset Epoch = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>How wrong the wall clock is.</summary>
    public TimeSpan Error { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => scheduler.Now.Ticks;

    public override DateTimeOffset GetUtcNow() => Epoch + scheduler.Now + Error;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new NodeTimer(scheduler, node, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }
}

/// <summary>A timer of one process. Disposal by a finalizer, which has a thread of its own, is ignored.</summary>
internal sealed class NodeTimer(Scheduler scheduler, Node node, TimerCallback callback, object? state) : ITimer
{
    private TimeSpan _period;
    private int _generation;

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        _period = period;
        var generation = ++_generation;
        if (dueTime != Timeout.InfiniteTimeSpan)
        {
            Plan(dueTime, generation);
        }

        return true;
    }

    public void Dispose()
    {
        if (scheduler.IsOwnThread)
        {
            _generation++;
        }
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    private void Plan(TimeSpan delay, int generation) =>
        scheduler.After(delay, node, () => Fire(generation), inContext: false);

    private void Fire(int generation)
    {
        if (generation != _generation)
        {
            return;
        }

        if (_period > TimeSpan.Zero)
        {
            Plan(_period, generation);
        }

        callback(state);
    }
}
