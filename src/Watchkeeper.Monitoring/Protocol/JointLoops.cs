namespace Watchkeeper.Monitoring.Protocol;

/// <summary>Loops that live and end together.</summary>
public static class JointLoops
{
    /// <summary>Runs the loops until the first of them ends or fails, ends the others, and waits for them.</summary>
    /// <remarks>A loop that ends because it was told to is no failure; a real failure is thrown when all have
    /// ended.</remarks>
    public static async Task RunAsync(
        CancellationToken cancellationToken, params ImmutableArray<Func<CancellationToken, Task>> loops)
    {
        using var together = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = loops.Select(loop => loop(together.Token)).ToList();
        await Task.WhenAny(running);
        together.Cancel();
        try
        {
            // Shows a failure before a cancellation, whichever was first.
            await Task.WhenAll(running);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The others were told to end, by us.
        }
    }
}
