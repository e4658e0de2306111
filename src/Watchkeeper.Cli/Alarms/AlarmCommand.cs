using System.CommandLine;

namespace Watchkeeper.Cli.Alarms;

/// <summary><c>wk alarm</c>: what a person should look at.</summary>
internal static class AlarmCommand
{
    public static Command Create() => Verb.Noun("alarm", "Alarms.", ListAlarms.Create(), AckAlarm.Create());
}
