using System.Net;
using System.Text.Json;
using Server.Tests.Sol003;
using Server.Tests.Storage;
using Watchkeeper.Lifecycle.Faults;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Notifications;
using Watchkeeper.Server.OperationOccurrences;
using Watchkeeper.Server.Sol003;

namespace Server.Tests.OperationOccurrences;

public sealed class OccurrenceTests
{
    private const string All = "/vnflcm/v2/vnf_lcm_op_occs";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_failed_migration_shows_all_that_is_known_of_it()
    {
        await using var rig = await ApiRig.StartAsync();
        await rig.PutAsync(Samples.Instance(1));
        await rig.PutAsync(Failed(5) with
        {
            Warnings = ["unset failed"],
            ChangedInfo = JsonElement.Parse("""{"metadata":{"k":"v"}}"""),
            Details = JsonElement.Parse("""{"from":"dmonaName://a","to":"dmonaName://b","key":"k","vnfcs":[]}"""),
        });
        var body = await rig.GetJsonAsync($"{All}/{Samples.Id(5)}", "VnfLcmOpOcc");
        body.GetProperty("operation").GetString().ShouldBe("MONITORING_MIGRATION");
        body.GetProperty("operationState").GetString().ShouldBe("FAILED_TEMP");
        body.GetProperty("startTime").GetString().ShouldBe("2026-05-01T12:00:00.123Z");
        body.GetProperty("isCancelPending").GetBoolean().ShouldBeFalse();
        body.GetProperty("error").GetProperty("detail").GetString().ShouldBe("no such agent");
        body.GetProperty("warnings")[0].GetString().ShouldBe("unset failed");
        body.GetProperty("monitoringMigration").GetProperty("to").GetString().ShouldBe("dmonaName://b");
        body.GetProperty("operationParams").GetProperty("key").GetString().ShouldBe("MONITORING_AGENT");
        body.GetProperty("_links").EnumerateObject().Select(link => link.Name)
            .ShouldBe(["self", "vnfInstance", "retry", "rollback", "fail"]);
        var listed = await rig.GetJsonAsync($"{All}?filter=(eq,error/status,422)", "VnfLcmOpOcc", isList: true);
        listed[0].TryGetProperty("error", out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData("source", "MONITORING_MIGRATION")]
    [InlineData("standard", "MODIFY_INFO")]
    [InlineData("both", "MONITORING_MIGRATION")]
    public async Task A_migration_is_shown_as_the_profile_says(string profile, string operation)
    {
        await using var rig = await ApiRig.StartAsync(profile: NotificationProfile.Of(profile));
        await rig.PutAsync(Samples.Instance(1));
        const string change = """{"metadata":{"k":"v"}}""";
        await rig.PutAsync(Failed(5) with
        {
            ChangedInfo = JsonElement.Parse(change),
            Details = JsonElement.Parse("""{"from":"dmonaName://a","to":"dmonaName://b","key":"k","vnfcs":[]}"""),
        });

        var one = await rig.GetJsonAsync($"{All}/{Samples.Id(5)}", "VnfLcmOpOcc");
        one.GetProperty("operation").GetString().ShouldBe(operation);
        one.GetProperty("monitoringMigration").GetProperty("to").GetString().ShouldBe("dmonaName://b");
        (one.GetProperty("operationParams").GetRawText() == change).ShouldBe(operation == "MODIFY_INFO");
        var listed = await rig.GetJsonAsync($"{All}?filter=(eq,operation,{operation})", "VnfLcmOpOcc", isList: true);
        listed.GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task Shown_as_the_standard_has_it_a_migration_meets_what_ETSI_published_and_always_has_its_parameters()
    {
        await using var rig = await ApiRig.StartAsync(profile: NotificationProfile.Standard);
        await rig.PutAsync(Samples.Instance(1));
        await rig.PutAsync(Failed(5));
        const string change = """{"extensions":{"MONITORING_AGENT":"dmonaName://dmona2"}}""";

        var one = await rig.GetJsonAsync($"{All}/{Samples.Id(5)}", "VnfLcmOpOcc");
        await one.GetRawText().ShouldMeetEtsiAloneAsync("VnfLcmOpOcc");
        one.GetProperty("operationParams").GetRawText().ShouldBe(change, "as the VNFD declares the key");
        one.TryGetProperty("changedInfo", out _).ShouldBeFalse("nothing is changed yet");
        var listed = await rig.GetJsonAsync(
            $"{All}?filter=(eq,operationParams/extensions/MONITORING_AGENT,dmonaName://dmona2)",
            "VnfLcmOpOcc", isList: true);
        listed.GetArrayLength().ShouldBe(1);
        await listed.GetRawText().ShouldMeetEtsiAloneAsync("VnfLcmOpOcc", isList: true);
        using var ended = await rig.SendAsync("POST", $"{All}/{Samples.Id(5)}/fail", "");
        JsonElement.Parse(
            await (await ended.Content.ReadAsStringAsync(Token)).ShouldMeetEtsiAloneAsync("VnfLcmOpOcc"))
            .GetProperty("operationParams").GetRawText().ShouldBe(change);
    }

    [Fact]
    public async Task What_a_client_kept_from_before_a_restart_under_another_profile_is_not_what_is_shown_now()
    {
        await using var rig = await ApiRig.StartAsync(profile: NotificationProfile.Standard);
        await rig.PutAsync(Samples.Instance(1));
        await rig.PutAsync(Failed(5));
        await rig.PutAsync(Failed(6) with { Operation = LcmOperationType.Terminate, State = LcmOperationState.Failed });

        var version = Failed(5).Version;

        (await StatusAsync(5, ETags.Of(version))).ShouldBe(HttpStatusCode.OK);
        (await StatusAsync(5, ETags.Of(version, "-standard"))).ShouldBe(HttpStatusCode.NotModified);
        (await StatusAsync(6, ETags.Of(version))).ShouldBe(HttpStatusCode.NotModified);
        using var fail = await rig.SendAsync(
            "POST", $"{All}/{Samples.Id(5)}/fail", "", ("If-Match", ETags.Of(version)));
        await ApiRig.ProblemAsync(fail, 412);

        async Task<HttpStatusCode> StatusAsync(int id, string known)
        {
            using var answer = await rig.SendAsync("GET", $"{All}/{Samples.Id(id)}", null, ("If-None-Match", known));
            return answer.StatusCode;
        }
    }

    [Fact]
    public async Task A_migration_whose_instance_is_gone_is_shown_as_a_change_of_nothing()
    {
        await using var rig = await ApiRig.StartAsync(profile: NotificationProfile.Standard);
        await rig.PutAsync(Samples.Instance(1) with { IsInstantiated = false, Deployment = null });
        await rig.PutAsync(Failed(5) with { State = LcmOperationState.Failed });
        using var deleted = await rig.SendAsync("DELETE", $"/vnflcm/v2/vnf_instances/{Samples.Id(1)}");
        deleted.StatusCode.ShouldBe(HttpStatusCode.NoContent);

        var one = await rig.GetJsonAsync($"{All}/{Samples.Id(5)}", "VnfLcmOpOcc");
        one.GetProperty("operationParams").GetRawText().ShouldBe("{}");
    }

    [Fact]
    public void Links_are_there_exactly_where_the_request_would_be_accepted()
    {
        OccurrenceTask[] tasks = [OccurrenceTask.Retry, OccurrenceTask.Rollback, OccurrenceTask.Fail];
        foreach (var state in Enum.GetValues<LcmOperationState>())
        {
            foreach (var task in tasks)
            {
                task.IsPossible(state, Plan(isCancellable: true)).ShouldBe(state == LcmOperationState.FailedTemp);
                task.IsPossible(state, plan: null).ShouldBeFalse();
            }

            OccurrenceTask.Cancel.IsPossible(state, Plan(isCancellable: false)).ShouldBeFalse();
            OccurrenceTask.Cancel.IsPossible(state, Plan(isCancellable: true)).ShouldBe(
                state is LcmOperationState.Starting or LcmOperationState.Processing or LcmOperationState.RollingBack);
        }
    }

    [Theory]
    [InlineData("retry", HttpStatusCode.Accepted)]
    [InlineData("rollback", HttpStatusCode.Accepted)]
    [InlineData("fail", HttpStatusCode.OK)]
    public async Task A_failed_operation_can_be_retried_rolled_back_and_given_up(string task, HttpStatusCode status)
    {
        await using var rig = await ApiRig.StartAsync();
        await rig.PutAsync(Samples.Instance(1));
        await rig.PutAsync(Failed(5));
        using var answer = await rig.SendAsync("POST", $"{All}/{Samples.Id(5)}/{task}", "");
        answer.StatusCode.ShouldBe(status);
        answer.Headers.Location.ShouldBeNull();
        var text = await answer.Content.ReadAsStringAsync(Token);
        if (task == "fail")
        {
            JsonElement.Parse(await text.ShouldMeetEtsiAsync("VnfLcmOpOcc"))
                .GetProperty("operationState").GetString().ShouldBe("FAILED");
        }
        else
        {
            text.ShouldBeEmpty();
        }

        using var again = await rig.SendAsync("POST", $"{All}/{Samples.Id(5)}/{task}");
        await ApiRig.ProblemAsync(again, 409);
    }

    [Fact]
    public async Task Of_many_who_ask_at_once_one_is_accepted()
    {
        await using var rig = await ApiRig.StartAsync();
        await rig.PutAsync(Samples.Instance(1));
        await rig.PutAsync(Failed(5));
        string[] tasks = ["retry", "rollback", "fail"];
        var answers = await Task.WhenAll(Enumerable.Range(0, 15).Select(
            i => rig.SendAsync("POST", $"{All}/{Samples.Id(5)}/{tasks[i % 3]}")));
        answers.Count(a => a.IsSuccessStatusCode).ShouldBe(1);
        answers.Count(a => a.StatusCode == HttpStatusCode.Conflict).ShouldBe(14);
    }

    [Fact]
    public async Task An_operation_with_nothing_backward_has_no_rollback()
    {
        await using var rig = await ApiRig.StartAsync();
        await rig.PutAsync(Samples.Instance(1));
        await rig.PutAsync(Failed(5) with { Operation = LcmOperationType.Terminate, Parameters = null });
        var body = await rig.GetJsonAsync($"{All}/{Samples.Id(5)}", "VnfLcmOpOcc");
        body.GetProperty("_links").TryGetProperty("rollback", out _).ShouldBeFalse();
        using var answer = await rig.SendAsync("POST", $"{All}/{Samples.Id(5)}/rollback");
        await ApiRig.ProblemAsync(answer, 404);
    }

    [Fact]
    public async Task An_occurrence_that_the_client_has_already_is_a_304()
    {
        await using var rig = await ApiRig.StartAsync();
        await rig.PutAsync(Samples.Instance(1));
        await rig.PutAsync(Failed(5));
        using var first = await rig.SendAsync("GET", $"{All}/{Samples.Id(5)}");
        var tag = first.Headers.ETag!.ToString();
        using var second = await rig.SendAsync("GET", $"{All}/{Samples.Id(5)}", null, ("If-None-Match", tag));
        second.StatusCode.ShouldBe(HttpStatusCode.NotModified);
        using var stale = await rig.SendAsync("POST", $"{All}/{Samples.Id(5)}/fail", null, ("If-Match", "\"77\""));
        await ApiRig.ProblemAsync(stale, 412);
    }

    [Fact]
    public void Secrets_of_VIM_connections_are_not_shown() => Secrets.Without(JsonElement.Parse("""
        {
          "vimConnectionInfo": {
            "v": { "vimType": "X", "accessInfo": { "password": "p" }, "extra": { "a": [1, { "accessInfo": 2 }] } }
          },
          "accessInfo": 3
        }
        """)).GetRawText().ShouldBe(
        """{"vimConnectionInfo":{"v":{"vimType":"X","extra":{"a":[1,{}]}}},"accessInfo":3}""");

    private static OperationPlan Plan(bool isCancellable) => new()
    {
        Operation = LcmOperationType.MonitoringMigration,
        Version = 1,
        Forward = [],
        Backward = [new(new StepName("x"), IfFails.Stop)],
        IsCancellable = isCancellable,
    };

    private static VnfLcmOpOcc Failed(int number) => Samples.Operation(number, 1) with
    {
        State = LcmOperationState.FailedTemp,
        Fault = new Fault("faults/agent-unknown", "No such agent", 422, "no such agent"),
    };
}
