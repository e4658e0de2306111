using System.CommandLine;
using System.Text.Json;
using Watchkeeper.Cli.Api;
using Watchkeeper.Cli.Output;

namespace Watchkeeper.Cli.Status;

/// <summary><c>wk status</c>: whether the server serves, and what it has on its hands.</summary>
internal static class ShowStatus
{
    public static Command Create() => Verb.Of("status", "Show how the server is.", RunAsync);

    private static async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        await call.Api.ProbeAsync(Resource.Ready, cancellationToken);
        var vnfs = (await call.Api.ListAsync(Resource.Instances, cancellationToken)).Items().ToList();
        var operations = (await call.Api.ListAsync(Resource.Operations, cancellationToken)).Items().ToList();
        var agents = await call.Api.ListAsync(Resource.Agents, cancellationToken);
        var status = JsonSerializer.SerializeToElement(new
        {
            server = call.Api.Server.GetLeftPart(UriPartial.Authority),
            vnfInstances = vnfs.Count,
            instantiated = vnfs.Count(vnf => vnf.Text("instantiationState") == "INSTANTIATED"),
            openOperations = operations.Count(IsOpen),
            failedTemp = operations.Count(operation => operation.Text("operationState") == "FAILED_TEMP"),
            agents,
        });
        if (call.Page.IsJson)
        {
            call.Page.Json(status);
            return ExitCode.Done;
        }

        var table = Page.TableOf("SERVER", "VNFS", "INSTANTIATED", "OPEN OPERATIONS", "IN FAILED_TEMP");
        table.Row(
            status.Text("server"),
            status.Text("vnfInstances"),
            status.Text("instantiated"),
            status.Text("openOperations"),
            status.Text("failedTemp"));
        call.Page.Show(table);
        Agents.ListAgents.Show(call.Page, agents.Items());
        return ExitCode.Done;
    }

    private static bool IsOpen(JsonElement operation) =>
        operation.Text("operationState") is not ("COMPLETED" or "FAILED" or "ROLLED_BACK");
}
