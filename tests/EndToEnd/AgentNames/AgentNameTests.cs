using EndToEnd.Harness;

namespace EndToEnd.AgentNames;

/// <summary>A name belongs to the agent that joined with it first.</summary>
public sealed class AgentNameTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private ServerProcess _server = null!;
    private Rest _rest = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await ServerProcess.StartAsync(_folder);
        _rest = new Rest(_server.Address);
    }

    public async ValueTask DisposeAsync()
    {
        _rest.Dispose();
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_second_agent_with_a_live_agents_name_is_refused()
    {
        await using var first = await AgentProcess.JoinAsync(_server, _folder, "dmona1");

        await using var second = AgentProcess.Start(_server, _folder, "dmona1", data: "impostor");

        (await second.ExitedAsync()).ShouldNotBe(0);
        second.Log.ShouldContain("dmona1");
        first.HasExited.ShouldBeFalse();
        (await StateAsync("dmona1")).ShouldBe("ONLINE");
    }

    [Fact]
    public async Task A_killed_agent_that_comes_back_with_its_key_takes_its_name_over()
    {
        await using var first = await AgentProcess.JoinAsync(_server, _folder, "dmona1");
        await first.KillAsync();

        await using var again = await AgentProcess.JoinAsync(_server, _folder, "dmona1");

        (await StateAsync("dmona1")).ShouldBe("ONLINE");
    }

    [Fact]
    public async Task A_name_without_its_key_is_refused_also_when_its_agent_is_gone()
    {
        await using (var first = await AgentProcess.JoinAsync(_server, _folder, "dmona1"))
        {
            await first.KillAsync();
        }

        await using var keyless = AgentProcess.Start(_server, _folder, "dmona1", data: "without-key");

        (await keyless.ExitedAsync()).ShouldNotBe(0);
        keyless.Log.ShouldContain("dmona1");
    }

    [Fact]
    public async Task The_reserved_name_is_refused()
    {
        await using var agent = AgentProcess.Start(_server, _folder, "local_mona");

        (await agent.ExitedAsync()).ShouldNotBe(0);
    }

    private async Task<string> StateAsync(string name) =>
        (await _rest.GetAsync($"ext/monitoring_agents/{name}")).Text("state");
}
