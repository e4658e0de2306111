using Microsoft.Extensions.Logging;

namespace Watchkeeper.Monitoring.Agents;

public sealed partial class WatchEngine
{
    [LoggerMessage(Level = LogLevel.Error, Message = "A turn of the watch failed; it goes on")]
    private partial void LogTurnFailed(Exception error);

    [LoggerMessage(Level = LogLevel.Error, Message = "A beat of the watch failed; the next one is planned")]
    private partial void LogSlotFailed(Exception error);

    [LoggerMessage(Level = LogLevel.Error, Message = "A request to the watch failed")]
    private partial void LogRequestFailed(Exception error);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "The clock jumped by {Jump}: nothing is asked until the manager has said what holds")]
    private partial void LogClockJumped(TimeSpan jump);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "The agent is unwell (score {Score}): silence is taken for unknown")]
    private partial void LogUnwell(int score);

    [LoggerMessage(Level = LogLevel.Information, Message = "The agent is well again")]
    private partial void LogWell();

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} answers were dropped in all: the inbox was full")]
    private partial void LogAnswersDropped(long count);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "DRILL {Drill} is on: after {After} VMs, {Times} VMs fail on purpose")]
    private partial void LogDrillOn(string drill, int after, string times);

    [LoggerMessage(Level = LogLevel.Warning, Message = "DRILLS were switched: {Count} are on now")]
    private partial void LogDrillsSwitched(int count);
}
