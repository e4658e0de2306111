using System.Threading.Channels;

namespace Watchkeeper.Monitoring.Protocol;

/// <summary>Opens once and stays open; any number wait for it.</summary>
/// <remarks>
/// Not a TaskCompletionSource: what is combined with one that continues asynchronously goes on on a pool thread, which
/// a simulation must not have; and one that continues at once would run its waiters inside the opener's lock.
/// </remarks>
public sealed class Latch
{
    private readonly Channel<bool> _opening = Channel.CreateUnbounded<bool>();

    /// <summary>Whether it is open.</summary>
    public bool IsOpen => _opening.Reader.Completion.IsCompleted;

    /// <summary>Opens it; more than once is harmless.</summary>
    public void Open() => _opening.Writer.TryComplete();

    /// <summary>Returns when it is open.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken) =>
        await _opening.Reader.WaitToReadAsync(cancellationToken);
}
