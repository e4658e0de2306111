namespace Watchkeeper.Server.Storage;

/// <summary>
/// Tries a write now and then while the store takes none: a server that nobody asks for anything recovers, too.
/// </summary>
internal sealed class StoreProbe(GroupCommitWriter writer, StoreHealth health, TimeProvider time)
{
    /// <summary>The time between two tries.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>A write that changes nothing: a number in the file's first page that nobody reads.</summary>
    /// <param name="number">The number of the try: a page of the log is written only if it is another one.</param>
    public static Write Harmless(int number) => new($"PRAGMA user_version = {number & 1}", []);

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
    public async Task TryAsync(int number, CancellationToken cancellationToken)
    {
        if (health.Failure is null)
        {
            return;
        }

        try
        {
            await writer.CommitAsync([Harmless(number)], cancellationToken);
        }
        catch (StoreUnavailableException)
        {
            // Still so: the writer has said it.
        }
    }
}
