using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using Watchkeeper.Monitoring.Probes;

namespace Watchkeeper.Monitoring.Agents;

/// <summary>What comes to the engine's loop: a tick, an answer or a request.</summary>
internal enum WatchMessageKind : byte
{
    Tick,
    Answer,
    Request,
}

/// <summary>One message to the loop; a value, so that an answer costs no allocation.</summary>
internal readonly record struct WatchMessage(
    WatchMessageKind Kind, int Slot, uint Generation, ProbeAnswer Answer, long At, IWatchRequest? Request);

/// <summary>The one way into the engine's loop: a bounded queue of ticks, answers and requests.</summary>
/// <remarks>
/// When it is full: a request waits for room; a tick is dropped, the next one makes up for it; an answer is dropped and
/// counted, and the silence of questions that were open then is taken for Unknown.
/// </remarks>
internal sealed class WatchInbox
{
    /// <summary>Messages that may wait: two seconds of answers at 30,000 probes a second.</summary>
    public const int Capacity = 65_536;

    private readonly Channel<WatchMessage> _messages = Channel.CreateBounded<WatchMessage>(
        new BoundedChannelOptions(Capacity) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private int _isTickQueued;
    private long _dropped;

    /// <summary>Answers dropped since the start.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>Wakes the loop; at most one tick is queued at a time.</summary>
    public void Tick(long now)
    {
        if (Interlocked.Exchange(ref _isTickQueued, 1) == 0
            && !_messages.Writer.TryWrite(new(WatchMessageKind.Tick, 0, 0, default, now, null)))
        {
            Volatile.Write(ref _isTickQueued, 0);
        }
    }

    /// <summary>Delivers an answer.</summary>
    public void Answer(int slot, uint generation, ProbeAnswer answer)
    {
        if (!_messages.Writer.TryWrite(new(WatchMessageKind.Answer, slot, generation, answer, 0, null)))
        {
            Interlocked.Increment(ref _dropped);
        }
    }

    /// <summary>Delivers a request that may be lost.</summary>
    public void Offer(IWatchRequest request) =>
        _messages.Writer.TryWrite(new(WatchMessageKind.Request, 0, 0, default, 0, request));

    /// <summary>Delivers a request, waiting for room.</summary>
    public async Task PutAsync(IWatchRequest request, CancellationToken cancellationToken)
    {
        try
        {
            await _messages.Writer.WriteAsync(
                new(WatchMessageKind.Request, 0, 0, default, 0, request), cancellationToken);
        }
        catch (ChannelClosedException)
        {
            request.Fail(Stopped());
        }
    }

    /// <summary>Waits for a message. Not cancellable, so that waiting allocates nothing: a last tick ends it.</summary>
    public ValueTask<bool> WaitAsync() => _messages.Reader.WaitToReadAsync(CancellationToken.None);

    /// <summary>Takes the next message.</summary>
    public bool TryTake([MaybeNullWhen(false)] out WatchMessage message)
    {
        if (!_messages.Reader.TryRead(out message))
        {
            return false;
        }

        if (message.Kind == WatchMessageKind.Tick)
        {
            Volatile.Write(ref _isTickQueued, 0);
        }

        return true;
    }

    /// <summary>Takes no more; requests that were not begun fail.</summary>
    public void Close()
    {
        _messages.Writer.TryComplete();
        while (_messages.Reader.TryRead(out var message))
        {
            message.Request?.Fail(Stopped());
        }
    }

    /// <summary>What a request is told that comes too late.</summary>
    public static AgentLostException Stopped() => new("the agent has stopped");
}
