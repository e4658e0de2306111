namespace Watchkeeper.Server.Storage;

/// <summary>Whether the store takes writes, for whoever asks how the server is.</summary>
internal sealed class StoreHealth
{
    private volatile string? _failure;

    /// <summary>Why the last write was not taken; null when it was.</summary>
    public string? Failure => _failure;

    /// <summary>A write was not taken.</summary>
    /// <returns>Whether this is news.</returns>
    public bool Failed(string why)
    {
        var isNews = _failure is null;
        _failure = why;
        return isNews;
    }

    /// <summary>Writes were taken.</summary>
    /// <returns>Whether this is news.</returns>
    public bool Worked()
    {
        var isNews = _failure is not null;
        _failure = null;
        return isNews;
    }
}

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
