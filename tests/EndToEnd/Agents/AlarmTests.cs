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
        await SubscribeAsync(lab, listener);
        var told = new Told(listener);
        var agent = await lab.JoinAsync("dmona1");
        var vnf = await lab.DeployAsync(""" "MONITORING_AGENT":"dmonaName://dmona1" """);

        await agent.KillAsync();
        await told.UntilAsync(open => Codes(open) == "AGENT_LOST VM_UNWATCHED");

        told.Open["AGENT_LOST"].Text("managedObjectId").ShouldBe("dmona1");
        var raised = told.Open["VM_UNWATCHED"];
        raised.Text("managedObjectId").ShouldBe(vnf);
        var vm = (await lab.Rest.GetAsync(Lab.Monitoring(vnf))).Items("vnfcs").ShouldHaveSingleItem();
        raised.Text("vnfcInstanceId").ShouldBe(vm.Text("vnfcInstanceId"));
        await DemandShownAsync(lab, vnf);
        var forgotten = await lab.Rest.SendAsync(HttpMethod.Delete, "ext/monitoring_agents/dmona1");
        forgotten.Status.ShouldBe(HttpStatusCode.Conflict, "a deployment names it, whoever guards");
        await WkProcess.JsonAsync(lab.Server.Address, "alarm", "ack", raised.Text("id"));
        await told.UntilAsync(open => open["VM_UNWATCHED"].Text("ackState") == "ACKNOWLEDGED");

        await lab.JoinAsync("dmona1");
        await told.UntilAsync(open => open.Count == 0);

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

    private static string Codes(Dictionary<string, JsonElement> open) =>
        string.Join(' ', open.Keys.Order(StringComparer.Ordinal));

    /// <summary>What a subscriber knows of the open alarms. On a busy machine an agent may also be lost for a moment
    /// that nobody asked for: it is told of and ended like any other.</summary>
    private sealed class Told(CallbackListener listener)
    {
        /// <summary>The open alarms by their code.</summary>
        public Dictionary<string, JsonElement> Open { get; } = [];

        /// <summary>Reads notifications until what is open is the wanted.</summary>
        public async Task UntilAsync(Func<Dictionary<string, JsonElement>, bool> isWanted)
        {
            while (!isWanted(Open))
            {
                Read(await listener.NextAsync($"another alarm's notification; open are: {Codes(Open)}"));
            }
        }

        private void Read(JsonElement notification)
        {
            if (notification.Text("notificationType") == "AlarmNotification")
            {
                var alarm = notification.GetProperty("alarm");
                Open[alarm.Text("faultType")] = alarm;
                return;
            }

            notification.Text("notificationType").ShouldBe("AlarmClearedNotification");
            var ended = Open.Single(alarm => alarm.Value.Text("id") == notification.Text("alarmId"));
            Open.Remove(ended.Key).ShouldBeTrue();
        }
    }
}
