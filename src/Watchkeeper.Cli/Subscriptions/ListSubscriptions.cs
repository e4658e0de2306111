using System.CommandLine;
using Watchkeeper.Cli.Api;
using Watchkeeper.Cli.Output;

namespace Watchkeeper.Cli.Subscriptions;

/// <summary><c>wk subscription list</c>.</summary>
internal static class ListSubscriptions
{
    public static Command Create() => Verb.Of("list", "List the subscriptions.", RunAsync);

    private static async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        var all = await call.Api.ListAsync(Resource.Subscriptions, cancellationToken);
        if (call.Page.IsJson)
        {
            call.Page.Json(all);
            return ExitCode.Done;
        }

        var table = Page.TableOf("ID", "CALLBACK", "VERBOSITY", "FILTER");
        foreach (var one in all.Items())
        {
            table.Row(one.Text("id"), one.Text("callbackUri"), one.Text("verbosity"), one.Text("filter"));
        }

        call.Page.Show(table);
        return ExitCode.Done;
    }
}
