using System.Net;
using System.Text.Json;
using Server.Tests.Sol003;
using Server.Tests.Storage;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Sol003;
using Microsoft.Extensions.DependencyInjection;

namespace Server.Tests.VnfInstances;

public sealed class VnfInstanceTests
{
    private const string All = "/vnflcm/v2/vnf_instances";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_new_instance_is_described_located_and_told_in_one_commit()
    {
        await using var rig = await ApiRig.StartAsync();
        using var answer = await rig.SendAsync("POST", All, """
            {
              "vnfdId": "vnfd-web", "vnfInstanceName": "one", "vnfInstanceDescription": "", "x": 1,
              "metadata": { "owner": "me", "none": null }
            }
            """);
        answer.StatusCode.ShouldBe(HttpStatusCode.Created);
        var body = JsonElement.Parse(
            await (await answer.Content.ReadAsStringAsync(Token)).ShouldMeetEtsiAsync("VnfInstance"));
        var location = answer.Headers.Location!.ToString();
        location.ShouldBe($"{rig.Client.BaseAddress}vnflcm/v2/vnf_instances/{body.GetProperty("id").GetString()}");
        body.GetProperty("_links").GetProperty("self").GetProperty("href").GetString().ShouldBe(location);
        body.GetProperty("_links").GetProperty("instantiate").GetProperty("href").GetString()
            .ShouldBe(location + "/instantiate");
        body.GetProperty("_links").TryGetProperty("terminate", out _).ShouldBeFalse();
        body.GetProperty("metadata").GetRawText().ShouldBe("""{"owner":"me","team":"from the VNFD"}""");
        body.GetProperty("vnfProductName").GetString().ShouldBe("Web");

        var got = await rig.GetJsonAsync(location, "VnfInstance");
        got.GetRawText().ShouldBe(body.GetRawText());
        var told = (await rig.Store.NotificationsAsync(0, 10, Token)).ShouldHaveSingleItem();
        told.Entry.Type.ShouldBe("VnfIdentifierCreationNotification");
        told.Entry.Instance!.Id.ToString().ShouldBe(body.GetProperty("id").GetString());
    }

    [Theory]
    [InlineData("""{"vnfdId":"unknown"}""", "unknown")]
    [InlineData("{}", "vnfdId")]
    [InlineData("""{"vnfdId":1}""", "vnfdId")]
    [InlineData("""{"vnfdId":""}""", "vnfdId")]
    [InlineData("""{"vnfdId":"vnfd-web","vnfInstanceName":null}""", "vnfInstanceName")]
    [InlineData("""{"vnfdId":"vnfd-web","metadata":[]}""", "metadata")]
    public async Task A_request_that_can_not_be_met_is_a_422_that_names_what_is_wrong(string json, string named)
    {
        await using var rig = await ApiRig.StartAsync();
        using var answer = await rig.SendAsync("POST", All, json);
        var problem = await ApiRig.ProblemAsync(answer, 422);
        problem.GetProperty("detail").GetString()!.ShouldContain(named);
        (await rig.Store.InstancesAsync(null, 10, Token)).ShouldBeEmpty();
        (await rig.Store.NotificationsAsync(0, 10, Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_instantiated_instance_shows_its_VMs_and_how_they_are_watched()
    {
        await using var rig = await ApiRig.StartAsync();
        await rig.PutAsync(Samples.Instance(1), Samples.Vnfc(10, 1));
        var body = await rig.GetJsonAsync($"{All}/{Samples.Id(1)}", "VnfInstance");
        var info = body.GetProperty("instantiatedVnfInfo");
        var vnfc = info.GetProperty("vnfcResourceInfo")[0];
        vnfc.GetProperty("computeResource").GetProperty("resourceId").GetString().ShouldBe("vm-1");
        vnfc.GetProperty("metadata").GetRawText().ShouldBe(
            """{"address":"127.64.0.1","state":"VM_ALIVE_STATE","monitor":"SET","""
            + "\"monitoring_agent\":\"dmonaName://dmona1\",\"epoch\":4}");
        info.GetProperty("extCpInfo")[0].GetProperty("associatedVnfcCpId").GetString()
            .ShouldBe(vnfc.GetProperty("vnfcCpInfo")[0].GetProperty("id").GetString());
        info.GetProperty("maxScaleLevels").GetRawText().ShouldBe("""[{"aspectId":"b","scaleLevel":4}]""");
        body.GetProperty("vimConnectionInfo").GetRawText().ShouldBe("""{"vim1":{"vimType":"HOST"}}""");
        body.GetProperty("_links").TryGetProperty("terminate", out _).ShouldBeTrue();
        body.GetProperty("_links").TryGetProperty("instantiate", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Links_and_deletion_say_the_same_about_an_open_operation()
    {
        await using var rig = await ApiRig.StartAsync();
        await rig.PutAsync(Samples.Instance(1) with { Deployment = null, IsInstantiated = false });
        await rig.PutAsync(Samples.Operation(5, 1) with { State = LcmOperationState.FailedTemp });
        var body = await rig.GetJsonAsync($"{All}/{Samples.Id(1)}", "VnfInstance");
        body.GetProperty("_links").EnumerateObject().Select(link => link.Name).ShouldBe(["self"]);
        using var answer = await rig.SendAsync("DELETE", $"{All}/{Samples.Id(1)}");
        (await ApiRig.ProblemAsync(answer, 409)).GetProperty("type").GetString().ShouldBe("faults/operation-open");
    }

    [Fact]
    public async Task What_a_given_up_instantiation_has_left_can_be_terminated_or_made_anew_and_the_links_say_so()
    {
        await using var rig = await ApiRig.StartAsync();
        await rig.PutAsync(Samples.Instance(1) with { IsInstantiated = false });
        var body = await rig.GetJsonAsync($"{All}/{Samples.Id(1)}", "VnfInstance");
        body.GetProperty("_links").EnumerateObject().Select(link => link.Name)
            .ShouldBe(["self", "instantiate", "terminate"]);
        using var answer = await rig.SendAsync("DELETE", $"{All}/{Samples.Id(1)}");
        await ApiRig.ProblemAsync(answer, 409);
    }

    [Fact]
    public async Task An_instantiated_instance_is_not_deleted()
    {
        await using var rig = await ApiRig.StartAsync();
        await rig.PutAsync(Samples.Instance(1));
        using var answer = await rig.SendAsync("DELETE", $"{All}/{Samples.Id(1)}");
        (await ApiRig.ProblemAsync(answer, 409)).GetProperty("type").GetString().ShouldBe("faults/vnf-instantiated");
    }

    [Fact]
    public async Task Deletion_honours_the_version_and_is_told_in_the_same_commit()
    {
        await using var rig = await ApiRig.StartAsync();
        await rig.PutAsync(Samples.Instance(1) with { Deployment = null, IsInstantiated = false });
        var path = $"{All}/{Samples.Id(1)}";
        using var got = await rig.SendAsync("GET", path);
        var tag = got.Headers.ETag!.ToString();
        using var stale = await rig.SendAsync("DELETE", path, null, ("If-Match", "\"99\""));
        await ApiRig.ProblemAsync(stale, 412);
        using var fresh = await rig.SendAsync("DELETE", path, null, ("If-Match", tag));
        fresh.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        using var again = await rig.SendAsync("DELETE", path);
        await ApiRig.ProblemAsync(again, 404);
        (await rig.Store.NotificationsAsync(0, 10, Token)).ShouldHaveSingleItem()
            .Entry.Type.ShouldBe("VnfIdentifierDeletionNotification");
    }

    [Fact]
    public async Task Of_many_who_delete_at_once_one_is_told_that_it_did()
    {
        await using var rig = await ApiRig.StartAsync();
        await rig.PutAsync(Samples.Instance(1) with { Deployment = null, IsInstantiated = false });
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 16).Select(_ => rig.SendAsync("DELETE", $"{All}/{Samples.Id(1)}")));
        answers.Count(a => a.StatusCode == HttpStatusCode.NoContent).ShouldBe(1);
        answers.Count(a => a.StatusCode == HttpStatusCode.NotFound).ShouldBe(15);
        (await rig.Store.NotificationsAsync(0, 10, Token)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_list_leaves_out_what_SOL013_leaves_out_and_filters_on_it_all_the_same()
    {
        await using var rig = await ApiRig.StartAsync();
        await rig.PutAsync(Samples.Instance(1), Samples.Vnfc(10, 1));
        await rig.PutAsync(Samples.Instance(2) with { Deployment = null, IsInstantiated = false });
        var all = await rig.GetJsonAsync(All, "VnfInstance", isList: true);
        all.GetArrayLength().ShouldBe(2);
        all[1].TryGetProperty("metadata", out _).ShouldBeFalse();
        var watched = await rig.GetJsonAsync(
            $"{All}?filter=(eq,instantiatedVnfInfo/vnfcResourceInfo/metadata/monitor,SET)",
            "VnfInstance",
            isList: true);
        watched.GetArrayLength().ShouldBe(1);
        watched[0].GetProperty("id").GetString().ShouldBe(Samples.Id(1).ToString("D"));
    }

    [Fact]
    public async Task Pages_follow_each_other_without_gap_or_repeat_also_when_a_filter_lets_few_through()
    {
        await using var rig = await ApiRig.StartAsync(
            services => services.AddSingleton(new PageLimits(Most: 3, Step: 2, MostScanned: 4)));
        for (var i = 1; i <= 10; i++)
        {
            await rig.PutAsync(Samples.Instance(i) with { Deployment = null, IsInstantiated = false, Name = i % 5 == 0
                ? "rare" : "often" });
        }

        (await WalkAsync(rig, All)).ShouldBe(Enumerable.Range(1, 10).Select(i => Samples.Id(i).ToString("D")));
        (await WalkAsync(rig, $"{All}?filter=(eq,vnfInstanceName,rare)"))
            .ShouldBe([Samples.Id(5).ToString("D"), Samples.Id(10).ToString("D")]);
    }

    [Fact]
    public async Task A_marker_is_good_only_for_the_query_that_it_was_given_for()
    {
        await using var rig = await ApiRig.StartAsync(
            services => services.AddSingleton(new PageLimits(Most: 1, Step: 2, MostScanned: 4)));
        await rig.PutAsync(Samples.Instance(1) with { Deployment = null, IsInstantiated = false });
        await rig.PutAsync(Samples.Instance(2) with { Deployment = null, IsInstantiated = false });
        using var first = await rig.SendAsync("GET", All);
        var next = NextOf(first)!;
        var marker = next[(next.IndexOf('=', StringComparison.Ordinal) + 1)..];
        using var other = await rig.SendAsync("GET", $"{All}?filter=(eq,id,a)&nextpage_opaque_marker={marker}");
        await ApiRig.ProblemAsync(other, 400);
    }

    private static async Task<List<string>> WalkAsync(ApiRig rig, string path)
    {
        var ids = new List<string>();
        for (string? next = path; next is not null;)
        {
            using var answer = await rig.SendAsync("GET", next);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
            ids.AddRange(JsonElement.Parse(await answer.Content.ReadAsStringAsync(Token)).EnumerateArray()
                .Select(item => item.GetProperty("id").GetString()!));
            next = NextOf(answer);
        }

        return ids;
    }

    private static string? NextOf(HttpResponseMessage answer)
    {
        if (!answer.Headers.TryGetValues("Link", out var links))
        {
            return null;
        }

        var link = links.Single();
        link.ShouldEndWith("; rel=\"next\"");
        return link[1..link.IndexOf('>', StringComparison.Ordinal)];
    }
}
