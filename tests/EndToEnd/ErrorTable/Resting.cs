using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using EndToEnd.Harness;

namespace EndToEnd.ErrorTable;

/// <summary>Migrations that rest in FAILED_TEMP, each by a row of the error table.</summary>
internal static class Resting
{
    private const string SecondSet = """{"refuse-set":{"after":1}}""";

    // The error with which row 7 rests, with the flag on too.
    private const string UpdateFailed = "faults/service-update-failed";

    /// <summary>An occurrence but for its gaps, which are written when the new agent has probed, whatever else
    /// happens.</summary>
    public static string WithoutGaps(JsonElement operation)
    {
        var shown = JsonNode.Parse(operation.GetRawText())!;
        foreach (var vnfc in shown["monitoringMigration"]?["vnfcs"]?.AsArray() ?? [])
        {
            vnfc!["gapMs"] = null;
            vnfc["excessGapMs"] = null;
        }

        return shown.ToJsonString();
    }

    /// <summary>Begins a migration from the local MONA, and lets it come to rest.</summary>
    /// <param name="stage">Where.</param>
    /// <param name="row">How; with <c>, mended</c> what failed works again.</param>
    public static async Task<(string Vnf, string Operation)> InAsync(Stage stage, string row)
    {
        await stage.ClearDrillsAsync();
        var vnf = await stage.DeployAsync("local_mona");
        var operation = await BeginAsync(stage, vnf, row);
        var rests = await stage.EndOfAsync(operation, UpdateFailed);
        if (row.StartsWith("row 7", StringComparison.Ordinal)
            && rests.GetProperty("error").Text("type") != UpdateFailed)
        {
            (await stage.AskAsync(operation, "rollback")).Status.ShouldBe(HttpStatusCode.Accepted);
            rests = await stage.EndOfAsync(operation, UpdateFailed);
        }

        rests.Text("operationState").ShouldBe("FAILED_TEMP", rests.GetRawText());
        if (row.EndsWith(", mended", StringComparison.Ordinal))
        {
            await stage.ClearDrillsAsync();
        }

        return (vnf, operation);
    }

    /// <summary>Makes somebody fail, and begins a migration.</summary>
    public static async Task<string> BeginAsync(Stage stage, string vnf, string row)
    {
        await FailAsync(stage, vnf, row);
        return await stage.MigrateAsync(vnf, row == "row 1" ? "nobody" : "dmona1");
    }

    /// <summary>Demands which agent is stored, and what the monitor of each VM is: '-' for none.</summary>
    public static async Task DemandMonitorsAsync(Stage stage, string vnf, string agent, string monitors)
    {
        var view = await stage.MonitoringAsync(vnf);
        view.Text("monitoring_agent").ShouldBe($"dmonaName://{agent}");
        var vnfcs = view.Items("vnfcs");
        string.Join(' ', vnfcs.Select(vnfc =>
                vnfc.Text("monitor") is "SET_FAILED" or "UNWATCHED" ? "-" : vnfc.Text("monitor")))
            .ShouldBe(monitors, view.GetRawText());
        vnfcs.Where(vnfc => vnfc.Text("monitor") == "SET")
            .ShouldAllBe(vnfc => vnfc.Text("monitoring_agent") == view.Text("monitoring_agent"));
    }

    /// <summary>Demands that every request is refused as the state wants it, and changes nothing.</summary>
    public static async Task DemandRefusedAsync(Stage stage, string operation)
    {
        var before = WithoutGaps(await stage.Rest.GetAsync($"vnf_lcm_op_occs/{operation}"));
        foreach (var task in (string[])["retry", "rollback", "fail"])
        {
            (await stage.AskAsync(operation, task)).Status.ShouldBe(HttpStatusCode.Conflict, task);
        }

        (await stage.AskAsync(operation, "cancel")).Status.ShouldBe(HttpStatusCode.NotFound);
        WithoutGaps(await stage.Rest.GetAsync($"vnf_lcm_op_occs/{operation}")).ShouldBe(before);
    }

    private static async Task FailAsync(Stage stage, string vnf, string row)
    {
        switch (row)
        {
            case "row 1":
                break;
            case "row 2":
                await stage.SwitchMonitoringAsync(vnf, "disable");
                break;
            case "row 4":
                await stage.DrillAsync("server", """{"serviceUpdate":"fail:times=1"}""");
                break;
            case "row 4, written":
                await stage.DrillAsync("server", """{"serviceUpdate":"fail-after-write:times=1"}""");
                break;
            case "row 5" or "row 5, mended":
                await stage.DrillAsync("dmona1", SecondSet);
                break;
            case "row 7" or "row 7, mended":
                await stage.DrillAsync("dmona1", SecondSet);
                await stage.DrillAsync("server", """{"rollbackUpdate":"fail:times=1"}""");
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(row), row, "Nothing is known of it.");
        }
    }
}
