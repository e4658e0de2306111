using System.Net;
using System.Text.Json;
using Server.Tests.Notifications;
using Server.Tests.Sol003;
using Server.Tests.Storage;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Notifications;
using Watchkeeper.Server.Storage;
using Watchkeeper.Server.Subscriptions;

namespace Server.Tests.Faults;

/// <summary>Who is told of alarms, and what.</summary>
public sealed class AlarmSubscriptionTests
{
    private const string All = "/vnffm/v1/subscriptions";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_subscriber_is_tested_told_of_alarms_and_their_end_in_order_and_never_of_operations()
    {
        await using var rig = await ApiRig.StartAsync();
        using var made = await rig.SendAsync(
            "POST", All,
            """
            {"callbackUri":"http://consumer.test/cb","authentication":{"authType":["BASIC"],
            "paramsBasic":{"userName":"me","password":"hidden"}},"filter":{"perceivedSeverities":["CRITICAL"]}}
            """);
        made.StatusCode.ShouldBe(HttpStatusCode.Created);
        var created = await (await made.Content.ReadAsStringAsync(Token)).ShouldMeetEtsiAsync("FmSubscription");
        created.ShouldNotContain("hidden");
        created.ShouldNotContain("verbosity");
        var location = made.Headers.Location!.ToString();
        location.ShouldStartWith($"{rig.Client.BaseAddress}vnffm/v1/subscriptions/");
        (await rig.Consumers.NextAsync()).Method.ShouldBe("GET");

        await rig.Store.CommitAsync([NotificationTable.Append(
            DeliveryRig.Entry(7, LcmOperationState.Starting, Samples.Noon))], Token);
        await rig.Store.CommitAsync(AlarmTale.Raise(AlarmTale.Row(2, "VM_UNWATCHED")), Token);
        await rig.Store.CommitAsync(AlarmTale.Raise(AlarmTale.Row(1)), Token);
        await rig.Store.CommitAsync(AlarmTale.Clear(AlarmTale.Row(1)), Token);

        var raised = await rig.Consumers.NextAsync();
        await raised.Body.ShouldMeetEtsiAsync("AlarmNotification");
        raised.Authorization.ShouldStartWith("Basic ");
        raised.Json.GetProperty("alarm").GetProperty("id").GetString().ShouldBe(Samples.Id(1).ToString());
        raised.Json.GetProperty("_links").GetProperty("subscription").GetProperty("href").GetString()
            .ShouldBe(location);
        var cleared = await rig.Consumers.NextAsync();
        await cleared.Body.ShouldMeetEtsiAsync("AlarmClearedNotification");
        cleared.Json.GetProperty("alarmId").GetString().ShouldBe(Samples.Id(1).ToString());
        cleared.Json.GetProperty("alarmClearedTime").GetString().ShouldBe("2026-05-01T12:02:00.123Z");
        cleared.Json.GetProperty("id").GetString().ShouldBe(Samples.Id(902).ToString());
        using var gone = await rig.SendAsync("DELETE", location);
        gone.StatusCode.ShouldBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task Subscriptions_of_one_API_are_not_there_in_the_other()
    {
        await using var rig = await ApiRig.StartAsync();
        using var faults = await rig.SendAsync("POST", All, """{"callbackUri":"http://a.test/"}""");
        using var lifecycle = await rig.SendAsync(
            "POST", "/vnflcm/v2/subscriptions", """{"callbackUri":"http://b.test/"}""");
        var list = await rig.GetJsonAsync(All, "FmSubscription", isList: true);
        list.GetArrayLength().ShouldBe(1);
        list[0].GetProperty("callbackUri").GetString().ShouldBe("http://a.test/");
        (await rig.GetJsonAsync("/vnflcm/v2/subscriptions", "LccnSubscription", isList: true))
            .GetArrayLength().ShouldBe(1);
        await rig.GetJsonAsync(faults.Headers.Location!.ToString(), "FmSubscription");
        var wrong = lifecycle.Headers.Location!.ToString().Replace("vnflcm/v2", "vnffm/v1", StringComparison.Ordinal);
        foreach (var method in (string[])["GET", "DELETE"])
        {
            using var answer = await rig.SendAsync(method, wrong);
            await ApiRig.ProblemAsync(answer, 404);
        }
    }

    [Fact]
    public async Task The_most_subscriptions_are_those_of_all_APIs_together()
    {
        await using var rig = await ApiRig.StartAsync();
        await rig.Store.CommitAsync(
            [
                .. Enumerable.Range(1, SubscriptionRegister.Most).Select(i => SubscriptionTable.Insert(
                    new SubscriptionRow(Samples.Id(i), "http://a.test/", null, null, "FULL", 0, 0, Samples.Noon)
                    {
                        Kind = i % 2 == 0 ? SubscriptionKind.Faults : SubscriptionKind.Lifecycle,
                    })),
            ],
            Token);
        using var answer = await rig.SendAsync("POST", All, """{"callbackUri":"http://a.test/"}""");
        await ApiRig.ProblemAsync(answer, 429);
    }

    [Theory]
    [InlineData("""{"callbackUri":"ftp://a/b"}""", "callbackUri")]
    [InlineData(
        """{"callbackUri":"http://a/","filter":{"notificationTypes":["VnfIdentifierCreationNotification"]}}""",
        "filter/notificationTypes")]
    [InlineData(
        """{"callbackUri":"http://a/","filter":{"perceivedSeverities":["BAD"]}}""", "filter/perceivedSeverities")]
    [InlineData("""{"callbackUri":"http://a/","filter":{"eventTypes":["X"]}}""", "filter/eventTypes")]
    [InlineData(
        """{"callbackUri":"http://a/","filter":{"faultyResourceTypes":["VM"]}}""", "filter/faultyResourceTypes")]
    [InlineData("""{"callbackUri":"http://a/","filter":{"probableCauses":"x"}}""", "filter/probableCauses")]
    [InlineData("""{"callbackUri":"http://a/","authentication":{}}""", "authentication/authType")]
    public async Task A_request_that_is_not_valid_is_a_422_that_names_the_attribute(string json, string named)
    {
        await using var rig = await ApiRig.StartAsync();
        using var answer = await rig.SendAsync("POST", All, json);
        (await ApiRig.ProblemAsync(answer, 422)).GetProperty("detail").GetString()!.ShouldStartWith(named + ":");
        rig.Consumers.TryNext(out _).ShouldBeFalse();
    }

    [Fact]
    public async Task An_endpoint_that_fails_its_test_is_a_422()
    {
        await using var rig = await ApiRig.StartAsync();
        rig.Consumers.Answer = _ => (200, "inner secret");
        using var answer = await rig.SendAsync("POST", All, """{"callbackUri":"http://consumer.test/cb"}""");
        (await ApiRig.ProblemAsync(answer, 422)).GetRawText().ShouldNotContain("inner secret");
    }

    [Theory]
    [InlineData("{}", true, true)]
    [InlineData("""{"notificationTypes":["AlarmClearedNotification"]}""", false, false)]
    [InlineData("""{"perceivedSeverities":["MAJOR"]}""", false, true)]
    [InlineData("""{"eventTypes":["EQUIPMENT_ALARM","QOS_ALARM"]}""", true, false)]
    [InlineData("""{"probableCauses":["VM does not answer"]}""", true, false)]
    [InlineData("""{"faultyResourceTypes":["COMPUTE"]}""", true, false)]
    [InlineData("""{"vnfInstanceSubscriptionFilter":{"vnfdIds":["vnfd-web"]}}""", true, false)]
    [InlineData("""{"vnfInstanceSubscriptionFilter":{"vnfdIds":["other"]}}""", false, false)]
    public void A_filter_lets_through_what_it_says(string filter, bool down, bool agent)
    {
        var read = AlarmFilter.Of(JsonElement.Parse(filter));
        read.Matches(Entry(AlarmTale.Row(1))).ShouldBe(down);
        read.Matches(Entry(AlarmTale.Row(2, "AGENT_LOST", "dmona1") with { Instance = null, Resource = null }))
            .ShouldBe(agent);
        read.Matches(DeliveryRig.Entry(1, LcmOperationState.Starting, Samples.Noon)).ShouldBeFalse();
        var alarm = Entry(AlarmTale.Row(1));
        SubscriptionFilter.All.Matches(alarm, NotificationForm.Of(alarm)).ShouldBeFalse();
    }

    private static NotificationEntry Entry(AlarmRow alarm) =>
        new(Samples.Id(5), "AlarmNotification", Samples.Noon, null, null) { Alarm = alarm };
}
