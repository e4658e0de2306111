using System.CommandLine;
using Watchkeeper.Cli.Api;
using Watchkeeper.Cli.Output;

namespace Watchkeeper.Cli.Operations;

/// <summary><c>wk op list</c>.</summary>
internal static class ListOperations
{
    public static Command Create() => Verb.Of("list", "List the operations.", RunAsync);

    private static async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        var all = await call.Api.ListAsync(Resource.Operations, cancellationToken);
        if (call.Page.IsJson)
        {
            call.Page.Json(all);
            return ExitCode.Done;
        }

        var table = Page.TableOf("ID", "VNF", "OPERATION", "STATE", "STARTED", "STATE SINCE");
        foreach (var operation in all.Items())
        {
            table.Row(
                operation.Text("id"),
                operation.Text("vnfInstanceId"),
                operation.Text("operation"),
                operation.Text("operationState"),
                operation.Text("startTime"),
                operation.Text("stateEnteredTime"));
        }

        call.Page.Show(table);
        return ExitCode.Done;
    }
}
