using System.CommandLine;
using System.Net.ServerSentEvents;
using System.Text.Json;
using Watchkeeper.Cli.Api;
using Watchkeeper.Cli.Output;
using Watchkeeper.Cli.Vnfs;

namespace Watchkeeper.Cli.Events;

/// <summary><c>wk events</c>: the core's events as a list, or live.</summary>
internal static class ShowEvents
{
    private static readonly Option<bool> Follow = new("--follow")
    {
        Description = "Go on showing events as they happen, until Ctrl-C; with --json one document a line.",
    };

    private static readonly Option<string?> Vnf = new("--vnf")
    {
        Description = "Only those of this VNF: its id, beginning of its id, or name.",
    };

    public static Command Create() => Verb.Of("events", "Show the events.", RunAsync, Follow, Vnf);

    private static async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        var path = Resource.Events + (call.Arguments.GetValue(Vnf) is { } vnf
            ? "?vnfInstanceId=" + await VnfLookup.FindAsync(call.Api, vnf, cancellationToken)
            : "");
        if (call.Arguments.GetValue(Follow))
        {
            return await FollowAsync(call, path, cancellationToken);
        }

        var all = await AllAsync(call.Api, path, cancellationToken);
        if (call.Page.IsJson)
        {
            call.Page.Json(all);
            return ExitCode.Done;
        }

        var table = Page.TableOf("ID", "TIME", "TYPE", "STATUS", "VNF", "VNFC", "AGENT", "EPOCH", "DETAIL");
        foreach (var one in all.Items())
        {
            table.Row(
                one.Text("id"),
                one.Text("time"),
                one.Text("type"),
                one.Text("status"),
                Short(one.Text("vnfInstanceId")),
                Short(one.Text("vnfcInstanceId")),
                one.Text("agent"),
                one.Text("epoch"),
                one.Text("detail"));
        }

        call.Page.Show(table);
        return ExitCode.Done;
    }

    /// <summary>All events so far: each answer has a limited number, and the last id says where to go on.</summary>
    private static async Task<JsonElement> AllAsync(ServerApi api, string path, CancellationToken cancellationToken)
    {
        var all = new List<JsonElement>();
        var answer = await api.ListAsync(path, cancellationToken);
        while (answer.Items().ToList() is { Count: > 0 } some)
        {
            all.AddRange(some);
            var separator = path.Contains('?', StringComparison.Ordinal) ? '&' : '?';
            answer = await api.ListAsync($"{path}{separator}after={some[^1].Text("id")}", cancellationToken);
        }

        return JsonSerializer.SerializeToElement(all);
    }

    private static async Task<int> FollowAsync(Call call, string path, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = await call.Api.StreamAsync(path, cancellationToken);
            await foreach (var item in SseParser.Create(stream).EnumerateAsync(cancellationToken))
            {
                if (item.Data.Length > 0)
                {
                    Show(call.Page, JsonElement.Parse(item.Data));
                }
            }
        }
        catch (IOException failure)
        {
            throw new WkException($"The stream of events broke: {failure.Message}", failure);
        }

        throw new WkException("The server ended the stream of events.");
    }

    private static void Show(Page page, JsonElement one)
    {
        if (page.IsJson)
        {
            page.JsonLine(one);
            return;
        }

        var parts = (string[])
        [
            one.Text("time"), one.Text("type"), one.Text("status"), Short(one.Text("vnfInstanceId")),
            Short(one.Text("vnfcInstanceId")), one.Text("agent"), one.Text("detail"),
        ];
        page.Line(string.Join("  ", parts.Where(part => part.Length > 0)));
    }

    /// <summary>The end of an id: those made in the same moment begin alike.</summary>
    private static string Short(string id) => id.Length > 12 ? "…" + id[^12..] : id;
}
