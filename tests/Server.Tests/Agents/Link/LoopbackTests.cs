using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Watchkeeper.Monitoring.Protocol;
using Watchkeeper.Monitoring.Protocol.Grpc;
using Watchkeeper.Server.Agents;
using Watchkeeper.Server.Agents.Link;
using Watchkeeper.Server.Engine;

namespace Server.Tests.Agents.Link;

/// <summary>A real Kestrel, a real gRPC stream, the real clock; every wait is for an event.</summary>
public sealed class LoopbackTests : IAsyncLifetime
{
    private readonly FakeRegistry _registry = new();
    private readonly FakeAgentEvents _events = new();
    private readonly FakeEngine _engine = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly HttpClient _http = new();
    private WebApplication _app = null!;
    private string _rest = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        ListenOptions? rest = null;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen =>
            {
                rest = listen;
                listen.Protocols = HttpProtocols.Http1;
            });
            kestrel.ApplicationServices.GetRequiredService<LinkListening>().Listen(kestrel, null, IPAddress.Loopback);
        });
        builder.Services.AddAgents(new JoinToken(Some.Token));
        builder.Services.AddSingleton<IAgentRegistry>(_registry);
        builder.Services.AddSingleton<IAgentEvents>(_events);
        builder.Services.AddSingleton<IIdSource>(new CountingIds());
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromHours(1));
        _app = builder.Build();
        _app.MapAgentLink();
        _app.MapAgents((name, _) => Task.FromResult(name == "named"));
        await _app.StartAsync(Cancelled);
        _rest = $"http://{rest!.IPEndPoint}";
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _app.DisposeAsync();
        _stop.Dispose();
        _http.Dispose();
    }

    [Fact]
    public async Task An_agent_joins_is_asked_and_the_manager_stops_without_waiting_for_its_stream()
    {
        _events.Difference = new AgentDifference([Some.Assignment(1)], []);
        using var dialer = new GrpcLinkDialer(new Uri(_rest), TimeProvider.System);
        var uplink = Uplink(dialer);
        var run = uplink.RunAsync(_stop.Token);
        await uplink.Joined.WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System, Cancelled);

        var directory = _app.Services.GetRequiredService<AgentDirectory>();
        directory.Find("dmona1")!.State.ShouldBe(AgentState.Online);
        var outcomes = await directory.Reach("dmona1").SetAsync(Some.Assignments(1_100), Cancelled);
        outcomes.ShouldAllBe(outcome => outcome.IsSet);
        _engine.Watched.Count.ShouldBe(1_100);

        // It ends by itself: the host would wait for it for longer than any test may take.
        await _app.StopAsync(Cancelled).WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System, Cancelled);
        run.IsCompleted.ShouldBeFalse();
        await _stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(run);
    }

    [Fact]
    public async Task A_refusal_reaches_the_agent_over_the_wire()
    {
        _registry.Rows["dmona1"] = new("dmona1", "default", 1, "1", [], false, default, default);
        await _app.Services.GetRequiredService<AgentDirectory>().LoadAsync(Cancelled);
        using var dialer = new GrpcLinkDialer(new Uri(_rest), TimeProvider.System);

        var reason = await Uplink(dialer).RunAsync(_stop.Token)
            .WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System, Cancelled);

        reason.ShouldContain("key");
    }

    [Fact]
    public async Task A_manager_that_is_not_there_is_a_broken_link()
    {
        using var dialer = new GrpcLinkDialer(new Uri("http://127.0.0.1:1"), TimeProvider.System);

        await Should.ThrowAsync<LinkBrokenException>(() => dialer.DialAsync(Cancelled));
    }

    [Fact]
    public async Task Agents_are_listed_shown_and_forgotten()
    {
        var directory = _app.Services.GetRequiredService<AgentDirectory>();
        directory.AddLocal(_engine, 20_000, "1.2.3", "default");
        _registry.Rows["gone"] = new("gone", "s1", 5, "1.0", [], false, default, default);
        _registry.Rows["named"] = new("named", "s1", 5, "1.0", [], false, default, default);
        _registry.Rows["back"] = new("back", "s1", 5, "1.0", [], false, default, default);
        await directory.LoadAsync(Cancelled);
        foreach (var name in (string[])["gone", "named"])
        {
            directory.Change(name, agent => agent.Silent(TimeSpan.FromMinutes(1), default, DateTimeOffset.UnixEpoch));
        }

        using var list = JsonDocument.Parse(await _http.GetStringAsync(Url("monitoring_agents"), Cancelled));
        list.RootElement.EnumerateArray().Select(agent => agent.GetProperty("name").GetString())
            .ShouldBe(["local_mona", "back", "gone", "named"]);
        using var shown = JsonDocument.Parse(await _http.GetStringAsync(Url("monitoring_agents/gone"), Cancelled));
        shown.RootElement.EnumerateObject().Select(member => $"{member.Name}={member.Value}").ShouldBe(
        [
            "name=gone", "kind=DISTRIBUTED", "state=OFFLINE", "draining=False", "capacity=5", "monitors=0",
            "probesPerSecond=0", "lastSeen=0001-01-01T00:00:00.000Z", "version=1.0", "site=s1",
        ]);

        (await DeleteAsync("named")).ShouldBe(HttpStatusCode.Conflict);
        (await DeleteAsync("back")).ShouldBe(HttpStatusCode.Conflict);
        (await DeleteAsync("local_mona")).ShouldBe(HttpStatusCode.Conflict);
        (await DeleteAsync("nobody")).ShouldBe(HttpStatusCode.NotFound);
        (await DeleteAsync("gone")).ShouldBe(HttpStatusCode.NoContent);
        (await DeleteAsync("gone")).ShouldBe(HttpStatusCode.NotFound);
        _registry.Rows.Keys.ShouldBe(["named", "back"]);
        var missing = await _http.GetAsync(Url("monitoring_agents/gone"), Cancelled);
        missing.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
    }

    private AgentUplink Uplink(GrpcLinkDialer dialer) => new(
        new AgentIdentity("dmona1", "default", 2_000, "1.2.3", new Guid(1, 0, 0, new byte[8]), Some.Token, Some.Key),
        _engine,
        dialer,
        new UplinkRhythm(LinkLimits.ResumeAfter, TimeProvider.System, new Random(1)),
        NullLogger<AgentUplink>.Instance);

    private string Url(string resource) => $"{_rest}/vnflcm/v2/ext/{resource}";

    private async Task<HttpStatusCode> DeleteAsync(string name)
    {
        using var answer = await _http.DeleteAsync(Url($"monitoring_agents/{name}"), Cancelled);
        return answer.StatusCode;
    }
}
