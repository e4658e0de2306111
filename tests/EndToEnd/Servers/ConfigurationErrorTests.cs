using EndToEnd.Harness;

namespace EndToEnd.Servers;

/// <summary>
/// What is wrong with a configuration stops the start, with one clear line, before anything is touched.
/// </summary>
public sealed class ConfigurationErrorTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Data => _folder.In("data");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("--monitorMigration:terminalState=true", "Unknown setting 'monitorMigration:terminalState'")]
    [InlineData("--monitorMigration.preflight=perhaps", "'perhaps': it must be true or false")]
    [InlineData("--monitorMigration:unsetHold=long", "'long': it must be a number of seconds from 0 to 86400")]
    [InlineData("--localMona:capacity=many", "'many': it must be a whole number from 1")]
    [InlineData("--notification:profile=own", "'own': it must be one of source, standard, both")]
    [InlineData("--urls=here", "it must be an http or https address")]
    [InlineData("--drills:allowed", "--drills:allowed has no value")]
    [InlineData("--urls=http://192.0.2.1:1", "192.0.2.1")]
    [InlineData("--vim:default=CLOUD", "CLOUD")]
    [InlineData("--vim:simulator:addressRange=10.0.0.0", "addressRange")]
    [InlineData("--drill:crashAt=before:nothing", "before:nothing")]
    public async Task A_server_does_not_start_with(string argument, string message)
    {
        await using var server = ChildProcess.Start("server", Programs.Server, _folder, "--data", Data, argument);

        await DemandRefusedAsync(server, message);
    }

    [Theory]
    [InlineData("""{"monitorMigration": {"unheard": 1}}""", "Unknown setting 'monitorMigration:unheard'")]
    [InlineData("""{"monitorMigration": {"preflight": "perhaps"}}""", "it must be true or false")]
    [InlineData("""{"retention": [1]}""", "retention must be an object or a value")]
    [InlineData("""{"retention": """, "is no JSON")]
    public async Task A_server_does_not_start_with_a_file(string file, string message)
    {
        Directory.CreateDirectory(Data);
        var path = Path.Combine(Data, "watchkeeper.json");
        await File.WriteAllTextAsync(path, file, TestContext.Current.CancellationToken);
        await using var server = ChildProcess.Start("server", Programs.Server, _folder, "--data", Data);

        await DemandRefusedAsync(server, message);
        server.Log.ShouldContain(path);
        Directory.GetFileSystemEntries(Data).ShouldBe([path], "nothing else was made");
    }

    [Theory]
    [InlineData("--unheard", "'--unheard'")]
    [InlineData("--capacity=many", "--capacity is a whole number, 1 to")]
    [InlineData("--resume-after=-1", "--resume-after is a number of seconds")]
    [InlineData("--source-address=here", "--source-address is an IP address, not 'here'")]
    [InlineData("--drill=refuse", "'refuse' is not a drill")]
    [InlineData("--server=ftp://127.0.0.1", "--server is an http:// or https:// address")]
    public async Task An_agent_does_not_start_with(string argument, string message)
    {
        string[] needed = argument.StartsWith("--server", StringComparison.Ordinal)
            ? []
            : ["--server", "http://127.0.0.1:1"];
        await using var agent = ChildProcess.Start(
            "agent", Programs.Agent, _folder,
            ["--name", "dmona1", "--token-file", _folder.In("token"), "--data", Data, .. needed, argument]);

        await DemandRefusedAsync(agent, message);
        Directory.Exists(Data).ShouldBeFalse();
    }

    private static async Task DemandRefusedAsync(ChildProcess program, string message)
    {
        (await program.ExitedAsync()).ShouldNotBe(0);
        program.Log.Trim().Split('\n').ShouldHaveSingleItem().ShouldContain(message);
    }
}
