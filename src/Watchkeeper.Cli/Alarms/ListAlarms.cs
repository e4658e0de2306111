using System.CommandLine;
using System.Text.Json;
using Watchkeeper.Cli.Api;
using Watchkeeper.Cli.Output;

namespace Watchkeeper.Cli.Alarms;

/// <summary><c>wk alarm list</c>.</summary>
internal static class ListAlarms
{
    private static readonly Option<bool> All = new("--all") { Description = "Those that were cleared, too." };

    public static Command Create() => Verb.Of("list", "List the open alarms.", RunAsync, All);

    private static async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        var isAll = call.Arguments.GetValue(All);
        var alarms = (await call.Api.ListAsync(Resource.Alarms, cancellationToken)).Items()
            .Where(alarm => isAll || alarm.Member("alarmClearedTime") is null)
            .ToList();
        if (call.Page.IsJson)
        {
            call.Page.Json(JsonSerializer.SerializeToElement(alarms));
        }
        else
        {
            Show(call.Page, alarms);
        }

        return ExitCode.Done;
    }

    /// <summary>Shows alarms, one a row.</summary>
    public static void Show(Page page, IEnumerable<JsonElement> alarms)
    {
        var table = Page.TableOf("ID", "SEVERITY", "CODE", "OBJECT", "SINCE", "CLEARED", "ACKNOWLEDGED", "WHAT");
        foreach (var alarm in alarms)
        {
            table.Row(
                alarm.Text("id"),
                alarm.Text("perceivedSeverity"),
                alarm.Text("faultType"),
                alarm.Text("managedObjectId"),
                alarm.Text("eventTime"),
                alarm.Text("alarmClearedTime"),
                alarm.Text("ackState") == "ACKNOWLEDGED" ? alarm.Text("alarmAcknowledgedTime") : "no",
                string.Join("; ", alarm.Items("faultDetails").Select(detail => detail.ToString())));
        }

        page.Show(table);
    }
}
