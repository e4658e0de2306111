using System.CommandLine;
using System.Text.Json;
using Watchkeeper.Cli.Agents;
using Watchkeeper.Cli.Api;
using Watchkeeper.Cli.Output;

namespace Watchkeeper.Cli.Status;

/// <summary><c>wk status</c>: how the server is, and what a person should look at.</summary>
internal static class ShowStatus
{
    // Ended ones may be a hundred thousand.
    private const string OpenOperations =
        Resource.Operations + "?filter=(in,operationState,STARTING,PROCESSING,FAILED_TEMP,ROLLING_BACK)";

    public static Command Create() => Verb.Of(
        "status", "Show how the server is, who is not watched, and which operation keeps a VNF.", RunAsync);

    private static async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        var told = await call.Api.GetAsync(Resource.Status, cancellationToken);

        // A server whose store takes no writes is not ready either, and says here why: that is no reason to show
        // nothing.
        if (!IsStoreBroken(told))
        {
            await call.Api.ProbeAsync(Resource.Ready, cancellationToken);
        }

        var vnfs = (await call.Api.ListAsync(Resource.Instances, cancellationToken)).Items().ToList();
        var operations = (await call.Api.ListAsync(OpenOperations, cancellationToken)).Items().ToList();
        var agents = await call.Api.ListAsync(Resource.Agents, cancellationToken);
        var status = JsonSerializer.SerializeToElement(new
        {
            server = call.Api.Server.GetLeftPart(UriPartial.Authority),
            vnfInstances = vnfs.Count,
            instantiated = vnfs.Count(vnf => vnf.Text("instantiationState") == "INSTANTIATED"),
            openOperations = operations.Count,
            failedTemp = operations.Count(operation => operation.Text("operationState") == "FAILED_TEMP"),
            store = told.Member("store"),
            alarms = told.Member("alarms"),
            agentsByState = told.Member("agents"),
            unwatchedVms = told.Member("unwatchedVms"),
            unwatched = told.Member("unwatched"),
            failedTempOperations = told.Member("failedTemp"),
            drills = told.Member("drills"),
            agents,
        });
        if (call.Page.IsJson)
        {
            call.Page.Json(status);
        }
        else
        {
            Show(call.Page, status);
        }

        return ExitCode.Done;
    }

    private static void Show(Page page, JsonElement status)
    {
        var table = Page.TableOf(
            "SERVER", "VNFS", "INSTANTIATED", "OPEN OPERATIONS", "IN FAILED_TEMP", "UNWATCHED VMS", "OPEN ALARMS",
            "STORE");
        table.Row(
            status.Text("server"),
            status.Text("vnfInstances"),
            status.Text("instantiated"),
            status.Text("openOperations"),
            status.Text("failedTemp"),
            status.Text("unwatchedVms"),
            AlarmsOf(status),
            IsStoreBroken(status) ? $"takes no writes: {status.Member("store")?.Text("why")}" : "takes writes");
        page.Show(table);
        ListAgents.Show(page, status.Items("agents"));
        ShowUnwatched(page, status.Items("unwatched").ToList());
        ShowFailedTemp(page, status.Items("failedTempOperations").ToList());
        ShowDrills(page, status.Items("drills").ToList());
    }

    private static string AlarmsOf(JsonElement status) => status.Member("alarms") is { } alarms
        ? $"{alarms.Text("open")}, {alarms.Text("unacknowledged")} not acknowledged"
        : "";

    private static void ShowUnwatched(Page page, List<JsonElement> vms)
    {
        if (vms.Count == 0)
        {
            return;
        }

        page.Line("VMs that are not watched by their agents:");
        var table = Page.TableOf("VM", "VNF", "ADDRESS", "STATE", "MONITOR", "AGENT", "GUARD", "SINCE");
        foreach (var vm in vms)
        {
            table.Row(
                vm.Text("vnfcInstanceId"),
                vm.Text("vnfInstanceId"),
                vm.Text("address"),
                vm.Text("state"),
                vm.Text("monitor"),
                vm.Text("monitoring_agent"),
                vm.Text("guard"),
                vm.Text("since"));
        }

        page.Show(table);
    }

    private static void ShowFailedTemp(Page page, List<JsonElement> operations)
    {
        if (operations.Count == 0)
        {
            return;
        }

        page.Line("VNFs that an operation in FAILED_TEMP keeps other operations off:");
        var table = Page.TableOf("VNF", "OPERATION", "ID", "SINCE", "WHY");
        foreach (var operation in operations)
        {
            table.Row(
                operation.Text("vnfInstanceId"),
                operation.Text("operation"),
                operation.Text("vnfLcmOpOccId"),
                operation.Text("since"),
                operation.Text("why"));
        }

        page.Show(table);
    }

    private static void ShowDrills(Page page, List<JsonElement> drills)
    {
        if (drills.Count == 0)
        {
            return;
        }

        page.Line("Failures that are rehearsed on purpose (wk drill list tells more):");
        var table = Page.TableOf("WHO", "DRILL");
        foreach (var drill in drills)
        {
            table.Row(drill.Text("name"), drill.Text("drill"));
        }

        page.Show(table);
    }

    private static bool IsStoreBroken(JsonElement status) => status.Member("store")?.Text("takesWrites") == "no";
}
