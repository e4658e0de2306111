using EndToEnd.Harness;

namespace EndToEnd.Wk;

/// <summary><c>wk vnf monitor on|off</c> against a real server.</summary>
public sealed class MonitorVerbTests : WkAgainst
{
    [Fact]
    public async Task Monitoring_is_switched_off_and_on_and_refused_while_an_operation_is_open()
    {
        await using var lab = await Lab.StartAsync("--drills:allowed=true");
        await lab.JoinAsync("dmona1");
        var vnf = await lab.DeployAsync("\"VMS\":2");

        var off = await WkProcess.JsonAsync(lab.Server.Address, "vnf", "monitor", "off", vnf);
        off.Items("vnfcs").Select(vnfc => vnfc.Text("monitor")).ShouldBe(["UNSET", "UNSET"]);
        off.Items("vnfcs").ShouldAllBe(vnfc => vnfc.Text("state") == "VM_MONITOR_UNSET_STATE");
        (await WkProcess.JsonAsync(lab.Server.Address, "status")).Items("unwatched")
            .ShouldBeEmpty("it is not watched on purpose");
        var on = await WkProcess.RunAsync(lab.Server.Address, "vnf", "monitor", "on", vnf);
        on.ExitCode.ShouldBe(0, on.Errors);
        on.Output.ShouldContain("SET");
        await lab.DemandWatchedByAsync(vnf, "local_mona");

        await lab.Rest.SendAsync(HttpMethod.Put, "ext/drills/server", """{"hold":{"at":"before:set-monitor"}}""");
        var operation = await lab.BeginMigrateAsync(
            vnf, """{"monitoring_agent":"dmonaName://dmona1","key":"MONITORING_AGENT"}""");
        DemandOneLine(
            await WkProcess.RunAsync(lab.Server.Address, "vnf", "monitor", "off", vnf), 1, "409", operation);
        await lab.Rest.SendAsync(HttpMethod.Delete, "ext/drills/server");
        await lab.DemandCompletedAsync(operation);
        DemandOneLine(
            await WkProcess.RunAsync(lab.Server.Address, "vnf", "monitor", "off", "nothing"), 1, "nothing");
    }
}
