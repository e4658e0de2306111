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
    [InlineData("--monitorMigration.unsetTimout=3", "did you mean 'monitorMigration.unsetTimeout'?")]
    [InlineData("--data=", "it must be the name of a folder")]
    [InlineData("--server:apiRoot=http://a;http://b", "it must be one http or https address")]
    [InlineData("--link:urls=http://127.0.0.1:1;http://127.0.0.1:2", "it must be one http or https address")]
    [InlineData("--link:urls=http://192.0.2.1:1", "link.urls is 'http://192.0.2.1:1'")]
    [InlineData("--urls=http://127.0.0.1:1/path", "nothing may stand behind the port")]
    [InlineData("--vim:host:folder= ", "it must be the name of a folder")]
    [InlineData("--drill:serviceUpdate=explode", "'explode', not fail or fail-after-write")]
    [InlineData("--drill:rollbackUpdate=fail:times=x\nsecond line", "'fail:times=x second line', not fail")]
    [InlineData("--urls=http://192.0.2.1:1", "192.0.2.1")]
    [InlineData("--vim:default=CLOUD", "CLOUD")]
    [InlineData("--vim:simulator:addressRange=10.0.0.0", "addressRange")]
    [InlineData("--drill:crashAt=before:nothing", "before:nothing")]
    public async Task A_server_does_not_start_with(string argument, string message)
    {
        await using var server = ChildProcess.Start("server", Programs.Server, _folder, "--data", Data, argument);

        await DemandRefusedAsync(server, message);
        Directory.GetDirectories(_folder.Path).ShouldBeEmpty("nothing was made");
    }

    [Fact]
    public async Task A_server_does_not_start_where_another_program_listens()
    {
        await using var listener = await CallbackListener.StartAsync();
        var urls = listener.Address.GetLeftPart(UriPartial.Authority);
        await using var server = ChildProcess.Start("server", Programs.Server, _folder, "--data", Data, "--urls", urls);

        await DemandRefusedAsync(server, "another program listens there");
        Directory.GetDirectories(_folder.Path).ShouldBeEmpty("nothing was made");
    }

    [Fact]
    public async Task A_server_does_not_start_with_a_file_that_it_can_not_read()
    {
        var path = Path.Combine(Data, "watchkeeper.json");
        Directory.CreateDirectory(path);
        await using var server = ChildProcess.Start("server", Programs.Server, _folder, "--data", Data);

        await DemandRefusedAsync(server, $"{path} can't be read");
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
    [InlineData("--unheard", "Unknown option '--unheard'; known are --help, --version, --name, --server")]
    [InlineData("--site=a b", "--site is 1 to 255 of A-Z a-z 0-9 . _ -, not 'a b'")]
    [InlineData("--site=", "Required argument missing for option: '--site'")]
    [InlineData("--name=local_mona", "--name is any but the name of the agent inside the manager, not 'local_mona'")]
    [InlineData("--name=a b", "--name is 1 to 255 of A-Z a-z 0-9 . _ -, not 'a b'")]
    [InlineData("--data= ", "--data is the name of a folder, not ' '")]
    [InlineData("--token-file=nothing", "nothing can't be read, and a first join needs it")]
    [InlineData("--capacity=many", "--capacity is a whole number, 1 to")]
    [InlineData("--resume-after=-1", "--resume-after is a number of seconds")]
    [InlineData("--source-address=here", "--source-address is an IP address, not 'here'")]
    [InlineData("--drill=refuse", "'refuse' is not a drill")]
    [InlineData("--server=ftp://127.0.0.1", "--server is an http:// or https:// address")]
    public async Task An_agent_does_not_start_with(string argument, string message)
    {
        string[] usual =
        [
            "--name=dmona1", "--token-file=token", $"--data={Data}", "--server=http://127.0.0.1:1",
        ];
        await using var agent = ChildProcess.Start(
            "agent", Programs.Agent, _folder,
            [.. usual.Where(one => !argument.StartsWith(one.Split('=')[0] + "=", StringComparison.Ordinal)), argument]);

        await DemandRefusedAsync(agent, message);
        Directory.GetDirectories(_folder.Path).ShouldBeEmpty("nothing was made");
    }

    private static async Task DemandRefusedAsync(ChildProcess program, string message)
    {
        (await program.ExitedAsync()).ShouldNotBe(0);
        program.Log.Trim().Split('\n').ShouldHaveSingleItem().ShouldContain(message);
    }
}
