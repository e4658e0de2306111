using System.CommandLine;
using Watchkeeper.Cli.Api;
using Watchkeeper.Cli.Vnfs;

namespace Watchkeeper.Cli.Alarms;

/// <summary><c>wk alarm ack</c>.</summary>
internal static class AckAlarm
{
    private static readonly Argument<string> Alarm = new("ALARM")
    {
        Description = "Id, or beginning of an id, of an alarm; it must fit exactly one.",
    };

    private static readonly Option<bool> Undo = new("--undo") { Description = "Take an acknowledgement back." };

    public static Command Create() => Verb.Of(
        "ack", "Say that an alarm was seen: it stays open.", RunAsync, Alarm, Undo);

    private static async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        var id = await FindAsync(call, cancellationToken);
        var ackState = call.Arguments.GetValue(Undo) ? "UNACKNOWLEDGED" : "ACKNOWLEDGED";
        await call.Api.PatchAsync(Resource.Of(Resource.Alarms, id), new { ackState }, cancellationToken);
        var alarm = await call.Api.GetAsync(Resource.Of(Resource.Alarms, id), cancellationToken);
        if (call.Page.IsJson)
        {
            call.Page.Json(alarm);
        }
        else
        {
            ListAlarms.Show(call.Page, [alarm]);
        }

        return ExitCode.Done;
    }

    private static async Task<string> FindAsync(Call call, CancellationToken cancellationToken)
    {
        var given = call.Arguments.GetRequiredValue(Alarm);
        if (Guid.TryParseExact(given, "D", out _))
        {
            return given;
        }

        var all = await call.Api.ListAsync(Resource.Alarms, cancellationToken);
        return VnfLookup.OneOf(all.Items().ToList(), given, "alarm", nameMember: null);
    }
}
