using EndToEnd.Harness;
using Microsoft.AspNetCore.Http;

namespace EndToEnd.Wk;

/// <summary>What the verbs on alarms and on the state of things ask of the server, and show.</summary>
public sealed class AlarmVerbTests : WkAgainst
{
    private const string Alarm = "04890000-0000-7000-8000-00000000eeee";
    private const string Other = "05890000-0000-7000-8000-00000000ffff";

    private const string Alarms = $$"""
        [{"id":"{{Alarm}}","perceivedSeverity":"MAJOR","faultType":"VM_UNWATCHED","managedObjectId":"{{Third}}",
          "ackState":"UNACKNOWLEDGED","faultDetails":["dmona1 does not watch 127.64.0.1"]},
         {"id":"{{Other}}","faultType":"VM_DOWN","alarmClearedTime":"2026-05-01T12:00:00.000Z"}]
        """;

    [Fact]
    public async Task Open_alarms_are_listed_and_those_that_were_cleared_when_asked_for()
    {
        Server.When("GET vnffm/v1/alarms", 200, Alarms);

        var open = await WkAsync("alarm", "list");

        open.ExitCode.ShouldBe(0, open.Errors);
        open.Output.ShouldContain(Alarm);
        open.Output.ShouldContain("dmona1 does not watch 127.64.0.1");
        open.Output.ShouldNotContain("VM_DOWN");
        (await WkAsync("alarm", "list", "--json")).Json.GetArrayLength().ShouldBe(1);
        (await WkAsync("alarm", "list", "--all", "--json")).Json.GetArrayLength().ShouldBe(2);
    }

    [Fact]
    public async Task An_alarm_is_acknowledged_by_the_beginning_of_its_id_and_that_is_taken_back()
    {
        Server.When("GET vnffm/v1/alarms", 200, Alarms);
        Server.When($"GET vnffm/v1/alarms/{Alarm}", 200, $$"""{"id":"{{Alarm}}","ackState":"ACKNOWLEDGED"}""");
        Server.When($"PATCH vnffm/v1/alarms/{Alarm}", 200, """{"ackState":"ACKNOWLEDGED"}""");

        (await WkAsync("alarm", "ack", "0489", "--json")).Json.Text("id").ShouldBe(Alarm);
        await WkAsync("alarm", "ack", Alarm, "--undo");

        var sent = Server.Asked.Where(asked => asked.Method == "PATCH").ToList();
        sent.Select(asked => asked.Text)
            .ShouldBe(["""{"ackState":"ACKNOWLEDGED"}""", """{"ackState":"UNACKNOWLEDGED"}"""]);
        sent.ShouldAllBe(asked => asked.ContentType.StartsWith("application/merge-patch+json"));
    }

    [Fact]
    public async Task An_alarm_that_is_not_there_or_is_so_already_is_one_line()
    {
        Server.When("GET vnffm/v1/alarms", 200, Alarms);
        Server.When(
            $"PATCH vnffm/v1/alarms/{Alarm}", 409, """{"status":409,"detail":"The alarm is acknowledged already."}""");

        DemandOneLine(await WkAsync("alarm", "ack", "99"), 1, "There is no alarm '99'");
        DemandOneLine(await WkAsync("alarm", "ack", "0"), 1, "fits 2 alarms", Alarm, Other);
        DemandOneLine(await WkAsync("alarm", "ack", Alarm), 1, "409", "acknowledged already");
    }

    [Fact]
    public async Task Status_says_who_is_not_watched_which_operation_keeps_a_vnf_and_what_is_open()
    {
        Arrange("""{"takesWrites":true}""");

        var status = (await WkAsync("status", "--json")).Json;
        var shown = await WkAsync("status");

        status.Text("vnfInstances").ShouldBe("3");
        status.Text("openOperations").ShouldBe("1");
        status.Items("agents").ShouldHaveSingleItem().Text("name").ShouldBe("local_mona");
        status.Items("unwatched").ShouldHaveSingleItem().Text("guard").ShouldBe("local_mona");
        status.Items("failedTempOperations").ShouldHaveSingleItem().Text("vnfInstanceId").ShouldBe(Third);
        foreach (var word in (string[])
            ["takes writes", "2, 1 not acknowledged", "dmona1", "12:00:00.000Z", Operation, "the reason"])
        {
            shown.Output.ShouldContain(word);
        }
    }

    [Fact]
    public async Task Status_of_a_server_whose_store_takes_no_writes_says_so()
    {
        Arrange("""{"takesWrites":false,"why":"disk full"}""");
        Server.When("GET health/ready", 503, "the store takes no writes");

        var shown = await WkAsync("status");

        shown.ExitCode.ShouldBe(0, shown.Errors);
        shown.Output.ShouldContain("takes no writes: disk full");
    }

    private void Arrange(string store)
    {
        Server.When("GET health/ready", async context =>
        {
            context.Response.ContentType = "text/plain";
            await context.Response.WriteAsync("Healthy");
        });
        Server.When(
            "GET vnf_lcm_op_occs?filter=(in,operationState,STARTING,PROCESSING,FAILED_TEMP,ROLLING_BACK)",
            200,
            $"[{Occurrence("FAILED_TEMP")}]");
        Server.When("GET ext/monitoring_agents", 200, """[{"name":"local_mona","state":"ONLINE"}]""");
        Server.When("GET ext/status", 200, $$"""
            {"store":{{store}},"agents":{"ONLINE":1},"alarms":{"open":2,"unacknowledged":1},"unwatchedVms":1,
             "unwatched":[{"vnfcInstanceId":"v","vnfInstanceId":"{{Third}}","monitor":"SET",
               "monitoring_agent":"dmona1","guard":"local_mona","since":"2026-05-01T12:00:00.000Z"}],
             "failedTemp":[{"vnfInstanceId":"{{Third}}","vnfLcmOpOccId":"{{Operation}}",
               "operation":"HEAL","since":"2026-05-01T12:00:00.000Z","why":"the reason"}]}
            """);
    }
}
