using System.Threading.Channels;

namespace Watchkeeper.Monitoring.Protocol;

/// <summary>Wakes one waiting loop. Several calls before it looks are one.</summary>
public sealed class Signal
{
    // One place is enough: a second signal says nothing that the first did not.
    private readonly Channel<bool> _raised = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Wakes the loop, now or when it waits next.</summary>
    public void Raise() => _raised.Writer.TryWrite(true);

    /// <summary>Returns once <see cref="Raise"/> was called since the last return.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        await _raised.Reader.WaitToReadAsync(cancellationToken);
        _raised.Reader.TryRead(out _);
    }
}
