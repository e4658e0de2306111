using System.Net;
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

    [Theory]
    [InlineData("disable")]
    [InlineData("enable")]
    public async Task What_is_not_there_or_has_no_VMs_is_refused(string task)
    {
        await using var lab = await Lab.StartAsync();
        var vnf = await lab.CreateAsync();
        var verb = task == "enable" ? "on" : "off";

        DemandOneLine(
            await WkProcess.RunAsync(lab.Server.Address, "vnf", "monitor", verb, vnf), 1, "409", "not instantiated");
        foreach (var unknown in (string[])["00000000-0000-7000-8000-000000000001", "none"])
        {
            var refused = await lab.Rest.PostAsync($"{Lab.Monitoring(unknown)}/{task}", "{}");
            refused.Status.ShouldBe(HttpStatusCode.NotFound, refused.Text);
            refused.ContentType?.MediaType.ShouldBe("application/problem+json");
        }

        var empty = await lab.Rest.PostAsync($"{Lab.Monitoring(vnf)}/{task}", """{"vnfcInstanceIds":[]}""");
        empty.Status.ShouldBe(HttpStatusCode.UnprocessableEntity, empty.Text);
        empty.Json.Text("detail").ShouldContain("vnfcInstanceIds");
        var misspelt = await lab.Rest.PostAsync($"{Lab.Monitoring(vnf)}/{task}", """{"vnfcInstanceId":["x"]}""");
        misspelt.Status.ShouldBe(HttpStatusCode.UnprocessableEntity, misspelt.Text);
        misspelt.Json.Text("detail").ShouldContain("vnfcInstanceId: is unknown");
    }

    [Fact]
    public async Task What_goes_down_while_it_is_not_watched_is_found_once_it_is_watched_again()
    {
        await using var lab = await Lab.StartAsync();
        await lab.JoinAsync("dmona1");
        var vnf = await lab.DeployAsync(""" "MONITORING_AGENT":"dmonaName://dmona1" """);

        var off = await WkProcess.JsonAsync(lab.Server.Address, "vnf", "monitor", "off", vnf);
        await DemandMonitorsAsync(lab, "0");
        var vm = off.Items("vnfcs").ShouldHaveSingleItem().Text("vnfcInstanceId");
        await lab.Rest.SendAsync(HttpMethod.Put, $"ext/simulator/vms/{vm}", """{"power":"off"}""");
        await WkProcess.JsonAsync(lab.Server.Address, "vnf", "monitor", "on", vnf);
        await Patience.UntilAsync(
            () => WkProcess.JsonAsync(lab.Server.Address, "alarm", "list"),
            alarms => alarms.EnumerateArray().Any(alarm => alarm.Text("faultType") == "VM_DOWN"),
            "the alarm");

        await DemandMonitorsAsync(lab, "1");
        (await lab.Rest.AllAsync($"ext/events?vnfInstanceId={vnf}"))
            .Select(told => $"{told.Text("type")} {told.Text("status")}")
            .SkipWhile(told => told != "VM_MONITOR_UNSET SUCCESS")
            .ShouldBe(["VM_MONITOR_UNSET SUCCESS", "VM_MONITOR_SET SUCCESS", "VM_ALIVE FAILURE"]);
    }

    // Told with the agent's next heartbeat.
    private static async Task DemandMonitorsAsync(Lab lab, string monitors) => await Patience.UntilAsync(
        () => lab.Rest.GetAsync("ext/monitoring_agents/dmona1"),
        agent => agent.Text("monitors") == monitors,
        $"{monitors} monitors at dmona1");
}
