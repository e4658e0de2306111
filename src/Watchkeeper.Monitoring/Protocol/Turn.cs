using System.Threading.Channels;

namespace Watchkeeper.Monitoring.Protocol;

/// <summary>One at a time: who takes the turn has it until it is given back.</summary>
/// <remarks>
/// Not a SemaphoreSlim: a wait for one that can be cancelled goes on on a pool thread, which a simulation must not
/// have.
/// </remarks>
public sealed class Turn : IDisposable
{
    // The one place is taken while somebody has the turn.
    private readonly Channel<bool> _taken = Channel.CreateBounded<bool>(1);

    /// <summary>Returns when the turn is the caller's.</summary>
    public async Task TakeAsync(CancellationToken cancellationToken) =>
        await _taken.Writer.WriteAsync(true, cancellationToken);

    /// <summary>Gives the turn back.</summary>
    public void GiveBack() => _taken.Reader.TryRead(out _);

    /// <summary>Nobody gets the turn any more: who waits for it is told so.</summary>
    public void Dispose() => _taken.Writer.TryComplete();
}
