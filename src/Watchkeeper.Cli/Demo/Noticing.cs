namespace Watchkeeper.Cli.Demo;

/// <summary>Waits until the server has noticed something.</summary>
internal sealed class Noticing(TimeProvider time)
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>How long it took.</summary>
    public async Task<TimeSpan> UntilAsync(
        string what, Func<CancellationToken, Task<bool>> isNoticed, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        while (!await isNoticed(cancellationToken))
        {
            if (time.GetElapsedTime(began) > Patience)
            {
                throw new WkException($"{Patience.TotalSeconds} s have passed without {what}.");
            }

            await Task.Delay(Beat, time, cancellationToken);
        }

        return time.GetElapsedTime(began);
    }
}
