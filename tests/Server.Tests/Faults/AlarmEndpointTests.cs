using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Server.Tests.Sol003;
using Server.Tests.Storage;
using Watchkeeper.Server.Storage;

namespace Server.Tests.Faults;

/// <summary>The resources of <c>vnffm</c>, with ETSI's schemas.</summary>
public sealed class AlarmEndpointTests
{
    private const string All = "/vnffm/v1/alarms";
    private const string Acknowledge = """{"ackState":"ACKNOWLEDGED"}""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Alarms_are_listed_and_shown_as_ETSI_has_them()
    {
        await using var rig = await ApiRig.StartAsync();
        (await rig.GetJsonAsync(All, "Alarm", isList: true)).GetArrayLength().ShouldBe(0);
        await RaiseAsync(rig, AlarmTale.Row(1), AlarmTale.Row(2, "VM_UNWATCHED"), Agent(3));
        await rig.Store.CommitAsync(AlarmTale.Clear(AlarmTale.Row(2, "VM_UNWATCHED")), Token);

        var list = await rig.GetJsonAsync(All, "Alarm", isList: true);
        var down = await rig.GetJsonAsync($"{All}/{Samples.Id(1)}", "Alarm");

        list.GetArrayLength().ShouldBe(3);
        list[0].GetRawText().ShouldBe(down.GetRawText());
        down.GetProperty("managedObjectId").GetString().ShouldBe(Samples.Id(1).ToString());
        down.GetProperty("faultType").GetString().ShouldBe("VM_DOWN");
        down.GetProperty("alarmRaisedTime").GetString().ShouldBe("2026-05-01T12:00:00.123Z");
        down.GetProperty("rootCauseFaultyResource").GetProperty("faultyResource").GetProperty("resourceId")
            .GetString().ShouldBe("vm-1");
        down.GetProperty("_links").GetProperty("objectInstance").GetProperty("href").GetString()
            .ShouldBe($"{rig.Client.BaseAddress}vnflcm/v2/vnf_instances/{Samples.Id(1)}");
        down.TryGetProperty("alarmClearedTime", out _).ShouldBeFalse();
        list[1].GetProperty("alarmClearedTime").GetString().ShouldBe("2026-05-01T12:02:00.123Z");
        list[1].TryGetProperty("rootCauseFaultyResource", out _).ShouldBeFalse();
        list[2].GetProperty("managedObjectId").GetString().ShouldBe("dmona1");
    }

    [Theory]
    [InlineData("(eq,id,00000001-0000-7000-8000-000000000001)", 1)]
    [InlineData("(eq,managedObjectId,dmona1)", 1)]
    [InlineData("(eq,rootCauseFaultyResource/faultyResourceType,COMPUTE)", 1)]
    [InlineData("(eq,eventType,COMMUNICATIONS_ALARM)", 2)]
    [InlineData("(eq,perceivedSeverity,CRITICAL)", 1)]
    [InlineData("(in,perceivedSeverity,MAJOR,MINOR)", 2)]
    [InlineData("(cont,probableCause,does not)", 1)]
    [InlineData("(eq,eventType,COMMUNICATIONS_ALARM);(eq,faultType,AGENT_LOST)", 1)]
    [InlineData("(eq,ackState,ACKNOWLEDGED)", 0)]
    public async Task Alarms_are_filtered_by_every_attribute(string filter, int found)
    {
        await using var rig = await ApiRig.StartAsync();
        await RaiseAsync(rig, AlarmTale.Row(1), AlarmTale.Row(2, "VM_UNWATCHED"), Agent(3));
        (await rig.GetJsonAsync($"{All}?filter={Uri.EscapeDataString(filter)}", "Alarm", isList: true))
            .GetArrayLength().ShouldBe(found);
    }

    [Theory]
    [InlineData("filter=(eq,nothing,1)")]
    [InlineData("filter=(eq,rootCauseFaultyResource,1)")]
    [InlineData("fields=id")]
    [InlineData("nextpage_opaque_marker=abc")]
    public async Task Another_query_is_a_400(string query)
    {
        await using var rig = await ApiRig.StartAsync();
        using var answer = await rig.SendAsync("GET", $"{All}?{query}");
        await ApiRig.ProblemAsync(answer, 400);
    }

    [Fact]
    public async Task Long_lists_come_in_pages()
    {
        await using var rig = await ApiRig.StartAsync();
        foreach (var chunk in Enumerable.Range(1, 1001).Chunk(100))
        {
            await RaiseAsync(rig, [.. chunk.Select(number => AlarmTale.Row(number))]);
        }

        using var first = await rig.SendAsync("GET", All);
        var link = first.Headers.GetValues("Link").Single();
        var next = link[(link.IndexOf('<', StringComparison.Ordinal) + 1)..link.IndexOf('>', StringComparison.Ordinal)];
        var second = await rig.GetJsonAsync(next, "Alarm", isList: true);
        second.GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task An_alarm_is_acknowledged_under_its_version_once_and_that_is_told()
    {
        await using var rig = await ApiRig.StartAsync();
        await RaiseAsync(rig, AlarmTale.Row(1));
        var one = $"{All}/{Samples.Id(1)}";
        using var got = await rig.SendAsync("GET", one);
        var tag = got.Headers.ETag!.ToString();

        using var stale = await PatchAsync(rig, one, Acknowledge, ifMatch: "\"7\"");
        await ApiRig.ProblemAsync(stale, 412);
        using var done = await PatchAsync(rig, one, Acknowledge, ifMatch: tag);
        done.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await (await done.Content.ReadAsStringAsync(Token)).ShouldMeetEtsiAsync("AlarmModifications"))
            .ShouldBe(Acknowledge);
        using var again = await PatchAsync(rig, one, Acknowledge);
        await ApiRig.ProblemAsync(again, 409);
        using var late = await PatchAsync(rig, one, Acknowledge, ifMatch: tag);
        await ApiRig.ProblemAsync(late, 412);

        var alarm = await rig.GetJsonAsync(one, "Alarm");
        alarm.GetProperty("ackState").GetString().ShouldBe("ACKNOWLEDGED");
        alarm.TryGetProperty("alarmAcknowledgedTime", out _).ShouldBeTrue();
        alarm.TryGetProperty("alarmChangedTime", out _).ShouldBeTrue();
        using var known = await rig.SendAsync("GET", one, null, ("If-None-Match", done.Headers.ETag!.ToString()));
        known.StatusCode.ShouldBe(HttpStatusCode.NotModified);
        (await rig.Store.ToldAlarmsAsync()).ShouldBe("VM_DOWN +, VM_DOWN +");
        using var back = await PatchAsync(rig, one, """{"ackState":"UNACKNOWLEDGED"}""");
        back.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await rig.GetJsonAsync(one, "Alarm")).TryGetProperty("alarmAcknowledgedTime", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Of_many_acknowledgements_at_once_one_is_taken()
    {
        await using var rig = await ApiRig.StartAsync();
        await RaiseAsync(rig, AlarmTale.Row(1));
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(
            _ => PatchAsync(rig, $"{All}/{Samples.Id(1)}", Acknowledge)));
        answers.Count(answer => answer.StatusCode == HttpStatusCode.OK).ShouldBe(1);
        answers.Count(answer => answer.StatusCode == HttpStatusCode.Conflict).ShouldBe(19);
    }

    [Theory]
    [InlineData("""{"ackState":"MAYBE"}""", 422, "application/merge-patch+json")]
    [InlineData("""{"ackState":null}""", 422, "application/merge-patch+json")]
    [InlineData("""{"perceivedSeverity":"MINOR","ackState":"ACKNOWLEDGED"}""", 422, "application/merge-patch+json")]
    [InlineData("{}", 422, "application/merge-patch+json")]
    [InlineData("[]", 422, "application/merge-patch+json")]
    [InlineData("{", 400, "application/merge-patch+json")]
    [InlineData("", 400, "application/merge-patch+json")]
    [InlineData("""{"ackState":"ACKNOWLEDGED"}""", 415, "application/json")]
    public async Task What_is_no_acknowledgement_is_refused(string body, int status, string mediaType)
    {
        await using var rig = await ApiRig.StartAsync();
        await RaiseAsync(rig, AlarmTale.Row(1));
        using var answer = await PatchAsync(rig, $"{All}/{Samples.Id(1)}", body, mediaType: mediaType);
        await ApiRig.ProblemAsync(answer, status);
    }

    [Theory, InlineData("00000009-0000-7000-8000-000000000001"), InlineData("x")]
    public async Task What_is_no_alarm_is_a_404(string id)
    {
        await using var rig = await ApiRig.StartAsync();
        using var got = await rig.SendAsync("GET", $"{All}/{id}");
        await ApiRig.ProblemAsync(got, 404);
        using var patched = await PatchAsync(rig, $"{All}/{id}", Acknowledge);
        await ApiRig.ProblemAsync(patched, 404);
    }

    [Fact]
    public async Task The_API_has_versions_of_its_own()
    {
        await using var rig = await ApiRig.StartAsync();
        var versions = await rig.GetJsonAsync("/vnffm/api_versions", "ApiVersionInformation");
        versions.GetProperty("uriPrefix").GetString().ShouldBe($"{rig.Client.BaseAddress}vnffm/v1");
        using var newest = await rig.SendAsync("GET", All);
        newest.Headers.GetValues("Version").ShouldBe(["1.5.0"]);
        using var older = await rig.SendAsync("GET", All, null, ("Version", "1.3.0"));
        older.Headers.GetValues("Version").ShouldBe(["1.3.0"]);
        using var other = await rig.SendAsync("GET", All, null, ("Version", "2.3.0"));
        await ApiRig.ProblemAsync(other, 406);
        using var text = await rig.SendAsync("GET", All, null, ("Accept", "text/html"));
        text.StatusCode.ShouldBe(HttpStatusCode.NotAcceptable);
        using var document = await rig.SendAsync("GET", "/openapi/v1.json");
        var described = await document.Content.ReadAsStringAsync(Token);
        described.ShouldContain("\"/vnffm/v1/alarms/{alarmId}\"");
        described.ShouldContain("application/merge-patch+json");
    }

    private static async Task RaiseAsync(ApiRig rig, params AlarmRow[] alarms) => await rig.Store.CommitAsync(
        [.. alarms.SelectMany(alarm => AlarmTale.Raise(alarm))], Token);

    private static AlarmRow Agent(int number) =>
        AlarmTale.Row(number, "AGENT_LOST", "dmona1") with { Instance = null, Resource = null };

    private static async Task<HttpResponseMessage> PatchAsync(
        ApiRig rig, string path, string body, string? ifMatch = null,
        string mediaType = "application/merge-patch+json")
    {
        using var request = new HttpRequestMessage(HttpMethod.Patch, path)
        {
            Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue(mediaType)),
        };
        if (ifMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        }

        return await rig.Client.SendAsync(request, Token);
    }
}
