using EndToEnd.Harness;

namespace EndToEnd.Migration;

/// <summary>An instantiation that names an agent which is not there.</summary>
public sealed class InstantiationTests : IAsyncLifetime
{
    private Lab _lab = null!;

    public async ValueTask InitializeAsync() => _lab = await Lab.StartAsync();

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Fact]
    public async Task With_an_unknown_agent_it_is_rolled_back_and_starts_nothing()
    {
        var vnf = await _lab.CreateAsync();

        var operation = await _lab.BeginInstantiateAsync(vnf, """ "MONITORING_AGENT":"dmonaName://nobody" """);
        var ended = await _lab.Rest.EndOfAsync(operation);

        ended.Text("operationState").ShouldBe("ROLLED_BACK");
        ended.GetProperty("error").Text("detail").ShouldContain("MONITORING_AGENT");
        ended.GetProperty("error").Text("detail").ShouldContain("nobody");
        (await _lab.Rest.GetAsync($"vnf_instances/{vnf}")).Text("instantiationState").ShouldBe("NOT_INSTANTIATED");
    }

    [Fact]
    public async Task With_an_agent_that_is_offline_it_is_rolled_back()
    {
        var agent = await _lab.JoinAsync("dmona1");
        await agent.KillAsync();
        await Patience.UntilAsync(
            () => _lab.Rest.GetAsync("ext/monitoring_agents/dmona1"),
            one => one.Text("state") == "OFFLINE",
            "dmona1 OFFLINE");
        var vnf = await _lab.CreateAsync();

        var operation = await _lab.BeginInstantiateAsync(vnf, """ "MONITORING_AGENT":"dmonaName://dmona1" """);
        var ended = await _lab.Rest.EndOfAsync(operation);

        ended.Text("operationState").ShouldBe("ROLLED_BACK");
        ended.GetProperty("error").Text("detail").ShouldContain("dmona1");
    }
}
