using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Server.Tests.Agents;
using Server.Tests.Sol003;
using Server.Tests.Storage;
using Watchkeeper.Server.Agents;
using Watchkeeper.Server.Configuration;
using Watchkeeper.Server.Drills;
using Watchkeeper.Server.Storage;

namespace Server.Tests.Drills;

public sealed class DrillEndpointTests
{
    private const string Server = "/vnflcm/v2/ext/drills/server";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Drills_of_the_server_are_shown_switched_and_cleared()
    {
        await using var rig = await StartAsync(areAllowed: true);

        using var put = await rig.SendAsync("PUT", Server,
            """{"serviceUpdate": "fail:times=1", "hold": {"at": "before:easy", "after": 2}}""");
        put.StatusCode.ShouldBe(HttpStatusCode.OK);
        var shown = await ShowAsync(rig);
        shown.GetProperty("serviceUpdate").GetProperty("how").GetString().ShouldBe("fail");
        shown.GetProperty("serviceUpdate").GetProperty("times").GetInt32().ShouldBe(1);
        shown.GetProperty("hold").GetProperty("at").GetString().ShouldBe("before:easy");
        shown.GetProperty("hold").GetProperty("after").GetInt32().ShouldBe(2);

        using var cleared = await rig.SendAsync("DELETE", Server);
        cleared.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await ShowAsync(rig)).EnumerateObject().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{"explode": {}}""", "explode: is no drill")]
    [InlineData("""{"hold": {"at": "before:nowhere"}}""", "hold: there is no journal point before:nowhere")]
    [InlineData("""{"hold": {"after": 1}}""", "hold: at: before:POINT")]
    [InlineData("""{"serviceUpdate": {"how": "slowly"}}""", "serviceUpdate: how: fail")]
    [InlineData("""{"serviceUpdate": {"how": "fail", "times": 0}}""", "serviceUpdate: times must be")]
    [InlineData("""{"serviceUpdate": {"how": "fail", "often": 1}}""", "serviceUpdate: often is not known")]
    [InlineData("""{"serviceUpdate": 7}""", "serviceUpdate: must be an object")]
    public async Task What_is_no_drill_is_a_422_and_leaves_all_as_it_was(string body, string detail)
    {
        await using var rig = await StartAsync(areAllowed: true);

        using var answer = await rig.SendAsync("PUT", Server, body);

        (await ApiRig.ProblemAsync(answer, 422)).GetProperty("detail").GetString()!.ShouldStartWith(detail);
        (await ShowAsync(rig)).EnumerateObject().ShouldBeEmpty();
    }

    [Fact]
    public async Task Where_drills_are_not_allowed_they_are_shown_but_not_switched()
    {
        await using var rig = await StartAsync(areAllowed: false);

        using var put = await rig.SendAsync("PUT", Server, """{"serviceUpdate": "fail"}""");
        using var delete = await rig.SendAsync("DELETE", Server);

        (await ApiRig.ProblemAsync(put, 403)).GetProperty("detail").GetString()!.ShouldContain("drills.allowed");
        await ApiRig.ProblemAsync(delete, 403);
        await ShowAsync(rig);
    }

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1", null)]
    [InlineData("192.0.2.7", "127.0.0.1", 403)]
    [InlineData("127.0.0.1", "192.0.2.7", 403)]
    public async Task Drills_are_switched_on_loopback_only(string remote, string local, int? refused)
    {
        await using var rig = await StartAsync(areAllowed: true);
        var context = new DefaultHttpContext
        {
            Connection = { RemoteIpAddress = IPAddress.Parse(remote), LocalIpAddress = IPAddress.Parse(local) },
        };

        rig.Services.GetRequiredService<DrillDesk>().Objection(context)?.Status.ShouldBe(refused!.Value);
    }

    [Theory]
    [InlineData("PUT", "nobody", 404)]
    [InlineData("PUT", "away", 409)]
    [InlineData("DELETE", "nobody", 404)]
    [InlineData("DELETE", "away", 409)]
    public async Task An_agent_that_is_not_there_is_refused(string method, string name, int status)
    {
        await using var rig = await StartAsync(areAllowed: true);

        using var answer = await rig.SendAsync(
            method, $"/vnflcm/v2/ext/drills/{name}", method == "PUT" ? """{"refuse-set": {}}""" : null);

        await ApiRig.ProblemAsync(answer, status);
    }

    [Fact]
    public async Task A_drill_of_the_start_that_names_no_journal_point_stops_the_start() =>
        (await Should.ThrowAsync<ConfigurationException>(() => StartAsync(
            areAllowed: false, ServerDrill.Parse(ServerDrillKind.CrashAt, "before:nowhere")))).Message
            .ShouldBe("drill.crashAt: there is no journal point before:nowhere.");

    private static async Task<JsonElement> ShowAsync(ApiRig rig)
    {
        using var answer = await rig.SendAsync("GET", Server);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return JsonElement.Parse(await answer.Content.ReadAsStringAsync(Token)).GetProperty("drills");
    }

    private static async Task<ApiRig> StartAsync(bool areAllowed, params ImmutableArray<ServerDrill> atStart)
    {
        var registry = new FakeRegistry();
        registry.Rows["away"] = new AgentRow(
            "away", "default", 10, "1.0", [], IsDraining: false, Samples.Noon, Samples.Noon);
        var rig = await ApiRig.StartAsync(
            services =>
            {
                services.AddSingleton<IAgentRegistry>(registry).AddSingleton<AgentDirectory>();
                services.AddDrills(new DrillSettings(areAllowed, atStart));
            },
            app => app.MapDrills());
        await rig.Services.GetRequiredService<AgentDirectory>().LoadAsync(Token);
        return rig;
    }
}
