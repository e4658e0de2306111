using System.CommandLine;
using System.Text.Json;
using Watchkeeper.Cli.Api;
using Watchkeeper.Cli.Output;

namespace Watchkeeper.Cli.Drills;

/// <summary><c>wk drill list</c>.</summary>
internal static class ListDrills
{
    public static Command Create() => Verb.Of(
        "list", "List the drills that are on: of the server, and of every agent that is online.", RunAsync);

    private static async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        var all = await call.Api.GetAsync(Resource.Drills, cancellationToken);
        if (call.Page.IsJson)
        {
            call.Page.Json(all);
        }
        else
        {
            Show(call.Page, all.Items());
        }

        return ExitCode.Done;
    }

    /// <summary>Shows drills, one a row.</summary>
    public static void Show(Page page, IEnumerable<JsonElement> all)
    {
        var table = Page.TableOf("WHO", "DRILL", "HOW", "AFTER", "TIMES", "SEEN", "HELD");
        foreach (var who in all)
        {
            foreach (var drill in who.Member("drills")?.EnumerateObject() ?? default)
            {
                var value = drill.Value;
                table.Row(
                    who.Text("name"),
                    drill.Name,
                    value.Text("how") + value.Text("at"),
                    value.Text("after"),
                    value.Member("times") is null ? "all" : value.Text("times"),
                    value.Text("seen"),
                    string.Join(", ", value.Items("held").Select(held => held.ToString())));
            }
        }

        page.Show(table);
    }
}
