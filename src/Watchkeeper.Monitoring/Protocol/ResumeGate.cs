namespace Watchkeeper.Monitoring.Protocol;

/// <summary>
/// Holds a restarted or woken agent back until the manager has said what still holds, or has not answered in time.
/// </summary>
public sealed class ResumeGate(ILinkedEngine engine, TimeSpan resumeAfter, TimeProvider time)
{
    // Timers count whole milliseconds: a delay of less is none, and the loop would spin the rest away.
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(1);

    private readonly Lock _lock = new();
    private readonly Signal _asked = new();
    private readonly Signal _toSend = new();
    private long _ask;
    private long _askedAt;
    private bool _isOpen = true;

    /// <summary>The number of the question that is open, or was last answered.</summary>
    public long Ask => Interlocked.Read(ref _ask);

    /// <summary>Raised for each new question; the session that runs sends it.</summary>
    public Signal ToSend => _toSend;

    /// <summary>Pauses the engine and begins a new question: answers to earlier ones, written before the clock jumped,
    /// resume nothing.</summary>
    public void Close()
    {
        lock (_lock)
        {
            // Here, although the engine has paused itself: an earlier answer may have opened the gate since.
            engine.Pause();
            _isOpen = false;
            _askedAt = time.GetTimestamp();
            Interlocked.Increment(ref _ask);
        }

        _asked.Raise();
        _toSend.Raise();
    }

    /// <summary>The manager's difference to a question has been applied.</summary>
    /// <returns>Whether it was the latest question.</returns>
    public bool Answered(long ask)
    {
        lock (_lock)
        {
            if (ask != _ask)
            {
                return false;
            }

            Open_NeedsLock();
            return true;
        }
    }

    /// <summary>Opens the gate when a question stays without an answer for too long.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await _asked.WaitAsync(cancellationToken);
            while (Remaining() is { } remaining)
            {
                await Task.Delay(remaining, time, cancellationToken);
            }
        }
    }

    // Null when nothing is left to wait for. A question asked meanwhile has its own full time.
    private TimeSpan? Remaining()
    {
        lock (_lock)
        {
            if (_isOpen)
            {
                return null;
            }

            var remaining = resumeAfter - time.GetElapsedTime(_askedAt);
            if (remaining > TimeSpan.Zero)
            {
                return remaining > ShortestWait ? remaining : ShortestWait;
            }

            Open_NeedsLock();
            return null;
        }
    }

    private void Open_NeedsLock()
    {
        if (!_isOpen)
        {
            _isOpen = true;
            engine.Unpause();
        }
    }
}
