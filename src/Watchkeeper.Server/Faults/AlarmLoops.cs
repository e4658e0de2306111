using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Faults;

/// <summary>
/// Something whose alarms follow from time that passes, so that somebody has to look again and again.
/// </summary>
internal interface IAlarmRound
{
    /// <summary>Looks once: raises and clears what has become due.</summary>
    Task LookAsync(CancellationToken cancellationToken);
}

/// <summary>Looks again and again for what time alone makes an alarm of.</summary>
internal sealed partial class AlarmLoops(
    IEnumerable<IAlarmRound> rounds, TimeProvider time, ILogger<AlarmLoops> logger)
{
    /// <summary>The time between two looks: how late such an alarm may be.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>Runs until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(Interval, time, cancellationToken);
            foreach (var round in rounds)
            {
                await TryLookAsync(round, cancellationToken);
            }
        }
    }

    // The boundary of a background loop: what failed is looked at again by the next round.
    private async Task TryLookAsync(IAlarmRound round, CancellationToken cancellationToken)
    {
        try
        {
            await round.LookAsync(cancellationToken);
        }
        catch (StoreUnavailableException unavailable)
        {
            LogUnavailable(unavailable.Message);
        }
        catch (Exception failed) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailed(failed, round.GetType().Name);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Alarms could not be looked after: {Reason}")]
    private partial void LogUnavailable(string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The look of {Round} failed and will be repeated")]
    private partial void LogFailed(Exception exception, string round);
}

/// <summary>Runs the looks as long as the process runs.</summary>
internal sealed class AlarmService(AlarmLoops loops) : BackgroundService
{
    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await loops.RunAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Told to stop.
        }
    }
}
