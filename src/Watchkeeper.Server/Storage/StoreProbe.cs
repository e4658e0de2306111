namespace Watchkeeper.Server.Storage;

/// <summary>
/// Tries a write now and then while the store takes none: a server that nobody asks for anything recovers, too.
/// </summary>
internal sealed class StoreProbe(GroupCommitWriter writer, StoreHealth health, TimeProvider time)
{
    /// <summary>The time between two tries.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>Runs until it is told to stop.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            for (var number = 1; ; number++)
            {
                await Task.Delay(Interval, time, cancellationToken);
                await TryAsync(number, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Told to stop.
        }
    }

    /// <summary>Tries a write, if the last one was not taken.</summary>
    /// <param name="number">The number of the try.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <remarks>
    /// A number in the file's first page that nobody reads: a page of the log is written, and nothing is changed.
    /// </remarks>
    public async Task TryAsync(int number, CancellationToken cancellationToken)
    {
        if (health.Failure is null)
        {
            return;
        }

        try
        {
            await writer.CommitAsync([new Write($"PRAGMA user_version = {number % 2}", [])], cancellationToken);
        }
        catch (StoreUnavailableException)
        {
            // Still so: the writer has said it.
        }
    }
}
