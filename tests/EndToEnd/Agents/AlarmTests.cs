using System.Net;
using System.Text.Json;
using EndToEnd.Harness;

namespace EndToEnd.Agents;

/// <summary>The agent of a VNF goes and comes back: what a subscriber to alarms is told, and what is shown.</summary>
public sealed class AlarmTests
{
    private const string Filter = """{"notificationTypes":["AlarmNotification","AlarmClearedNotification"]}""";

    [Fact]
    public async Task A_VM_whose_agent_is_gone_is_told_of_once_it_has_a_guard_and_again_when_its_agent_has_it_back()
    {
        await using var lab = await Lab.StartAsync("--unwatched:guardAfter=2");
        await using var listener = await CallbackListener.StartAsync();
        var agent = await lab.JoinAsync("dmona1");
        var vnf = await lab.DeployAsync(""" "MONITORING_AGENT":"dmonaName://dmona1" """);
        await SubscribeAsync(lab, listener);

        await agent.KillAsync();
        var lost = await NextOfAsync(listener, "AGENT_LOST");
        var raised = await NextOfAsync(listener, "VM_UNWATCHED");

        lost.Text("managedObjectId").ShouldBe("dmona1");
        raised.Text("managedObjectId").ShouldBe(vnf);
        var vm = (await lab.Rest.GetAsync(Lab.Monitoring(vnf))).Items("vnfcs").ShouldHaveSingleItem();
        raised.Text("vnfcInstanceId").ShouldBe(vm.Text("vnfcInstanceId"));
        await DemandShownAsync(lab, vnf);
        await WkProcess.JsonAsync(lab.Server.Address, "alarm", "ack", raised.Text("id"));
        (await NextOfAsync(listener, "VM_UNWATCHED")).Text("ackState").ShouldBe("ACKNOWLEDGED");

        await lab.JoinAsync("dmona1");
        var ended = new HashSet<string>
        {
            (await NextAsync(listener, "AlarmClearedNotification")).Text("alarmId"),
            (await NextAsync(listener, "AlarmClearedNotification")).Text("alarmId"),
        };

        ended.ShouldBe([lost.Text("id"), raised.Text("id")], ignoreOrder: true);
        await lab.DemandWatchedByAsync(vnf, "dmona1");
        (await WkProcess.JsonAsync(lab.Server.Address, "alarm", "list")).GetArrayLength().ShouldBe(0);
        (await WkProcess.JsonAsync(lab.Server.Address, "alarm", "list", "--all")).EnumerateArray()
            .ShouldAllBe(alarm => alarm.Text("alarmClearedTime").Length > 0);
        (await WkProcess.JsonAsync(lab.Server.Address, "status")).Text("unwatchedVms").ShouldBe("0");
    }

    // Guarded by the local MONA: the only other agent.
    private static async Task DemandShownAsync(Lab lab, string vnf)
    {
        var status = await Patience.UntilAsync(
            () => WkProcess.JsonAsync(lab.Server.Address, "status"),
            status => status.Items("unwatched").Any(vm => vm.Text("guard") == "local_mona"),
            "a guard");
        var unwatched = status.Items("unwatched").ShouldHaveSingleItem();
        unwatched.Text("vnfInstanceId").ShouldBe(vnf);
        unwatched.Text("monitoring_agent").ShouldBe("dmona1");
        unwatched.Text("since").ShouldNotBeEmpty();
        status.GetProperty("agentsByState").GetProperty("OFFLINE").GetInt32().ShouldBe(1);
        (await WkProcess.JsonAsync(lab.Server.Address, "alarm", "list")).GetArrayLength().ShouldBe(2);
    }

    private static async Task SubscribeAsync(Lab lab, CallbackListener listener)
    {
        var made = await lab.Rest.PostAsync(
            "../../vnffm/v1/subscriptions", $$"""{"callbackUri":"{{listener.Address}}","filter":{{Filter}}}""");
        made.Status.ShouldBe(HttpStatusCode.Created, made.Text);
    }

    private static async Task<JsonElement> NextOfAsync(CallbackListener listener, string code)
    {
        var alarm = (await NextAsync(listener, "AlarmNotification")).GetProperty("alarm");
        alarm.Text("faultType").ShouldBe(code, alarm.GetRawText());
        return alarm;
    }

    private static async Task<JsonElement> NextAsync(CallbackListener listener, string type)
    {
        var next = await listener.NextAsync($"the {type}");
        next.Text("notificationType").ShouldBe(type, next.GetRawText());
        return next;
    }
}
