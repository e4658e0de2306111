using EndToEnd.Harness;

namespace EndToEnd.AgentNames;

/// <summary>An agent's token and key.</summary>
public sealed class AgentSecretTests : IAsyncLifetime
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly TemporaryFolder _folder = new();
    private ServerProcess _server = null!;

    private string KeyFile => Path.Combine(_folder.In("dmona1"), "agent-key");

    public async ValueTask InitializeAsync() => _server = await ServerProcess.StartAsync(_folder);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task The_key_is_made_before_the_server_is_first_spoken_to_and_only_its_owner_may_read_it()
    {
        await _server.StopAsync();
        await using (var early = AgentProcess.Start(_server, _folder, "dmona1"))
        {
            await Patience.UntilAsync(() => Task.FromResult(File.Exists(KeyFile)), made => made, "the key");
            await early.KillAsync();
        }

        var key = await File.ReadAllTextAsync(KeyFile, TestContext.Current.CancellationToken);
        key.Trim().Length.ShouldBe(64);
        File.GetUnixFileMode(KeyFile).ShouldBe(Owner);

        await _server.StartAsync();
        await using var again = await AgentProcess.JoinAsync(_server, _folder, "dmona1");
        (await File.ReadAllTextAsync(KeyFile, TestContext.Current.CancellationToken)).ShouldBe(key);
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    public async Task A_token_that_others_can_read_is_refused_with_one_clear_line(UnixFileMode more)
    {
        File.SetUnixFileMode(_server.TokenFile, Owner | more);

        await using var agent = AgentProcess.Start(_server, _folder, "dmona1");

        (await agent.ExitedAsync()).ShouldNotBe(0);
        agent.Log.Trim().Split('\n').ShouldHaveSingleItem().ShouldContain(_server.TokenFile);
        File.Exists(KeyFile).ShouldBeFalse();
    }

    [Fact]
    public async Task A_key_that_others_can_read_is_refused_with_one_clear_line()
    {
        await using (await AgentProcess.JoinAsync(_server, _folder, "dmona1"))
        {
            // It has joined: it has a key.
        }

        File.SetUnixFileMode(KeyFile, Owner | UnixFileMode.OtherRead);
        await using var again = AgentProcess.Start(_server, _folder, "dmona1");

        (await again.ExitedAsync()).ShouldNotBe(0);
        again.Log.Trim().Split('\n').ShouldHaveSingleItem().ShouldContain(KeyFile);
    }
}
