using System.CommandLine;
using System.Text.Json;
using Watchkeeper.Cli.Api;

namespace Watchkeeper.Cli.Drills;

/// <summary><c>wk drill clear</c>.</summary>
internal static class ClearDrills
{
    private static readonly Argument<string> Who = DrillCommand.Who();

    public static Command Create() => Verb.Of(
        "clear", "Switch all drills off; an operation that is held goes on.", RunAsync, Who);

    private static async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        var who = call.Arguments.GetRequiredValue(Who);
        await call.Api.DeleteAsync(Resource.Of(Resource.Drills, who), cancellationToken);
        if (call.Page.IsJson)
        {
            call.Page.Json(JsonSerializer.SerializeToElement(new { name = who, drills = new { } }));
        }
        else
        {
            call.Page.Line($"no drill is on at {who}");
        }

        return ExitCode.Done;
    }
}
