namespace Watchkeeper.Server.Storage;

/// <summary>
/// Tries a write now and then while the store takes none: a server that nobody asks for anything recovers, too.
/// </summary>
internal sealed class StoreProbe(GroupCommitWriter writer, TimeProvider time)
{
    /// <summary>The time between two tries.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>Runs until it is told to stop.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(Interval, time, cancellationToken);
                await TryAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Told to stop.
        }
    }

    /// <summary>Tries a write, if the last one was not taken.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task TryAsync(CancellationToken cancellationToken)
    {
        try
        {
            await writer.TryWriteAsync(cancellationToken);
        }
        catch (StoreUnavailableException)
        {
            // Still so: the writer has said it.
        }
    }
}
