using System.CommandLine;
using System.Text.Json;
using Watchkeeper.Cli.Api;
using Watchkeeper.Cli.Output;

namespace Watchkeeper.Cli.Agents;

/// <summary><c>wk agent list</c>.</summary>
internal static class ListAgents
{
    public static Command Create() => Verb.Of("list", "List the monitoring agents.", RunAsync);

    private static async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        var all = await call.Api.ListAsync(Resource.Agents, cancellationToken);
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

    /// <summary>Shows agents, one a row.</summary>
    public static void Show(Page page, IEnumerable<JsonElement> agents)
    {
        var table = Page.TableOf("NAME", "KIND", "STATE", "MONITORS", "PROBES/S", "LAST SEEN", "SITE", "VERSION");
        foreach (var agent in agents)
        {
            table.Row(
                agent.Text("name"),
                agent.Text("kind"),
                agent.Text("draining") == "yes" ? $"{agent.Text("state")} (draining)" : agent.Text("state"),
                $"{agent.Text("monitors")} of {agent.Text("capacity")}",
                agent.Number("probesPerSecond") is { } rate ? rate.ToString("0.0") : "",
                agent.Text("lastSeen"),
                agent.Text("site"),
                agent.Text("version"));
        }

        page.Show(table);
    }
}
