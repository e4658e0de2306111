using System.Net;
using System.Net.Sockets;
using Watchkeeper.Server.Configuration;

namespace Server.Tests.Configuration;

/// <summary>Settings from the file, the environment and the command line.</summary>
public sealed class SettingsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("watchkeeper-test-").FullName;

    [Theory]
    [InlineData("--monitorMigration:terminalStateOnError=true")]
    [InlineData("--monitorMigration.terminalStateOnError=true")]
    [InlineData("--MONITORMIGRATION.TerminalStateOnError=True")]
    [InlineData("--monitorMigration.terminalStateOnErrorOutcome=true")]
    [InlineData("--monitorMigration:terminalStateOnErrorOutcome", "true")]
    public void A_key_may_be_spelt_with_dots_or_colons_and_by_its_alias(params string[] arguments)
    {
        var settings = Read(arguments);

        settings.Boolean(ConfigurationKeys.TerminalState, usual: false).ShouldBeTrue();
        settings.Values.Keys.ShouldNotContain(ConfigurationKeys.TerminalStateAlias);
    }

    [Theory]
    [InlineData("--monitorMigration:unheard=1", "Unknown setting 'monitorMigration:unheard' on the command line.")]
    [InlineData("--monitorMigration=true", "Unknown setting 'monitorMigration'")]
    [InlineData("--monitorMigration:preflight=maybe", "is 'maybe': it must be true or false")]
    [InlineData("--monitorMigration:unsetTimeout=soon", "must be a number of seconds from 0 to 86400")]
    [InlineData("--monitorMigration:unsetTimeout=-1", "must be a number of seconds")]
    [InlineData("--monitorMigration:unsetTimeout=NaN", "must be a number of seconds")]
    [InlineData("--monitorMigration:unsetTimeout=1,5", "must be a number of seconds")]
    [InlineData("--localMona:capacity=0", "must be a whole number from 1")]
    [InlineData("--localMona:capacity=1.5", "must be a whole number from 1")]
    [InlineData("--localMona:capacity=99999999999", "must be a whole number from 1")]
    [InlineData("--urls=ftp://127.0.0.1", "must be an http or https address")]
    [InlineData("--urls=http://127.0.0.1:1;nonsense", "must be an http or https address")]
    [InlineData("--notification.profile=own", "is 'own': it must be one of source, standard, both")]
    [InlineData("--notification.profile=a\nb", "is 'a b': it must be one of")]
    [InlineData("--urls=http://user:secret@127.0.0.1:1", "is '…': it must be an http or https address without a user")]
    [InlineData("--server.apiRoot=http://a;http://b", "must be one http or https address")]
    [InlineData("--vim.host.folder=", "must be the name of a folder")]
    [InlineData("--drills.allowed", "--drills.allowed has no value")]
    [InlineData("migrate", "'migrate' is no setting")]
    public void What_is_wrong_is_said_in_one_line_that_names_it(string argument, string message)
    {
        var refused = Should.Throw<ConfigurationException>(() => Read([argument]));

        refused.Message.ShouldContain(message);
        refused.Message.ShouldNotContain('\n');
    }

    [Theory]
    [InlineData("monitorMigration:unsetTimout", "monitorMigration.unsetTimeout")]
    [InlineData("monitormigration.PREFLIHGT", "monitorMigration.preflight")]
    [InlineData("preflight", "monitorMigration.preflight")]
    [InlineData("migration:allowGet", "monitorMigration.allowGet")]
    [InlineData("monitorMigration:terminalState", "monitorMigration.terminalStateOnError")]
    [InlineData("vim:simulator:addressrnge", "vim.simulator.addressRange")]
    [InlineData("vim:host:addressrnge", "vim.host.addressRange")]
    [InlineData("url", "urls")]
    [InlineData("unheard", null)]
    [InlineData("monitorMigration", null)]
    [InlineData("monitorMigration:unheard", null)]
    [InlineData("", null)]
    public void What_was_meant_is_named_where_it_is_near(string name, string? meant) =>
        NearestKey.Of(name).ShouldBe(meant);

    [Fact]
    public void The_command_line_wins_over_the_environment_and_that_over_the_file()
    {
        Write(
            """
            {"monitorMigration": {"unsetTimeout": 1, "setTimeout": 1, "unsetHold": 1.5}, "localMona.capacity": 7}
            """);

        var settings = Read(
            ["--monitorMigration:unsetTimeout=3"],
            ("monitorMigration__unsetTimeout", "2"),
            ("monitorMigration__setTimeout", "2"));

        settings.Seconds("monitorMigration:unsetTimeout", 0).ShouldBe(3);
        settings.Seconds("monitorMigration:setTimeout", 0).ShouldBe(2);
        settings.Seconds("monitorMigration:unsetHold", 0).ShouldBe(1.5);
        settings.Count("localMona:capacity", 0).ShouldBe(7);
        settings.Boolean("monitorMigration:preflight", usual: true).ShouldBeTrue();
    }

    [Fact]
    public void The_alias_wins_over_the_name_only_where_it_comes_later()
    {
        Read(["--monitorMigration.terminalStateOnError=true", "--monitorMigration.terminalStateOnErrorOutcome=false"])
            .Boolean(ConfigurationKeys.TerminalState, usual: true).ShouldBeFalse();
        Read(
                ["--monitorMigration.terminalStateOnError=true"],
                ("monitorMigration__terminalStateOnErrorOutcome", "false"))
            .Boolean(ConfigurationKeys.TerminalState, usual: false).ShouldBeTrue();
    }

    [Fact]
    public void Other_peoples_variables_are_no_mistake_but_one_in_our_sections_is()
    {
        Read([], ("PATH", "/bin"), ("Logging__LogLevel", "x"), ("DATA", "/nowhere"), ("URLS", "x")).ShouldNotBeNull();

        Should.Throw<ConfigurationException>(() => Read([], ("monitorMigration__unheard", "1")))
            .Message.ShouldContain("Unknown setting 'monitorMigration:unheard' in the environment");
    }

    [Fact]
    public void The_data_folder_of_the_environment_is_where_the_file_is_read_and_the_data_kept()
    {
        Write("""{"localMona": {"capacity": 7}}""");

        var settings = Settings.Read([], new Dictionary<string, string> { ["data"] = _folder });

        settings.DataFolder.ShouldBe(_folder);
        settings.Count("localMona:capacity", 0).ShouldBe(7);
    }

    [Theory]
    [InlineData("""{"data": "/elsewhere"}""", "data can't be set by the file")]
    [InlineData("""{"monitorMigration": {"preflight": "maybe"}}""", "must be true or false")]
    [InlineData("""{"monitorMigration": {"preflight": null}}""", "must be an object or a value")]
    [InlineData("""{"unheard": 1}""", "Unknown setting 'unheard'")]
    [InlineData("""{"vim": {"default": "HOST"}, "VIM.default": "SIMULATOR"}""", "sets 'VIM.default' twice")]
    [InlineData("""{"vim": {"default": "HOST", "default": "HOST"}}""", "sets 'vim:default' twice")]
    [InlineData("""{"monitorMigration": {"preflight": {}}}""", "monitorMigration:preflight is an object without a key")]
    [InlineData("""{"unheard": {}}""", "unheard is an object without a key")]
    [InlineData("[]", "must be an object or a value")]
    [InlineData("{", "is no JSON")]
    public void A_wrong_file_is_named_with_what_is_wrong(string text, string message)
    {
        Write(text);

        var refused = Should.Throw<ConfigurationException>(() => Read([]));

        refused.Message.ShouldContain(message);
        refused.Message.ShouldContain(Settings.FileName);
    }

    [Fact]
    public void Every_key_is_taken_and_one_without_its_feature_is_told_of()
    {
        foreach (var key in ConfigurationKeys.All)
        {
            var value = key.Kind switch
            {
                ValueKind.Boolean => "true",
                ValueKind.Seconds or ValueKind.Count => "5",
                ValueKind.Addresses or ValueKind.Address => "http://127.0.0.1:8250",
                _ => key.Choices?[0] ?? "x",
            };
            Settings.Read([$"--{key.Name}={value}"], new Dictionary<string, string>())
                .WithoutEffect.Any().ShouldBe(!key.IsBuilt, key.Name);
        }
    }

    [Theory]
    [InlineData("http://127.0.0.1:8250", "127.0.0.1", 8250)]
    [InlineData("http://127.9.9.9:1", "127.9.9.9", 1)]
    [InlineData("http://localhost:0", "127.0.0.1", 0)]
    [InlineData("http://[::1]:8250", "::1", 8250)]
    public void A_loopback_address_is_bound(string text, string address, int port)
    {
        var bind = BindAddress.Parse("urls", text, insecureBind: false);

        (bind.Address.ToString(), bind.Port).ShouldBe((address, port));
    }

    [Theory]
    [InlineData("http://0.0.0.0:8250")]
    [InlineData("http://[::]:8250")]
    [InlineData("http://192.0.2.7:8250")]
    [InlineData("http://[::ffff:192.0.2.7]:8250")]
    public void Another_address_is_refused_unless_that_is_lifted(string text)
    {
        Should.Throw<ConfigurationException>(() => BindAddress.Parse("link.urls", text, insecureBind: false))
            .Message.ShouldStartWith($"link.urls is '{text}', which is no loopback address");

        BindAddress.Parse("link.urls", text, insecureBind: true).Port.ShouldBe(8250);
    }

    [Theory, InlineData("https://127.0.0.1:8250", "only http"), InlineData("http://example.org:8250", "an IP address")]
    public void What_can_not_be_bound_is_refused_even_so(string text, string message) =>
        Should.Throw<ConfigurationException>(() => BindAddress.Parse("urls", text, insecureBind: true))
            .Message.ShouldContain(message);

    [Theory, InlineData("urls"), InlineData("link.urls")]
    public void What_another_program_listens_on_is_named(string setting)
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var bind = new BindAddress(IPAddress.Loopback, ((IPEndPoint)other.LocalEndpoint).Port);

        Should.Throw<ConfigurationException>(() => bind.DemandFree(setting)).Message
            .ShouldBe($"{setting}: 127.0.0.1:{bind.Port} can't be used: another program listens there.");
        other.Stop();
        bind.DemandFree(setting);
    }

    [Fact]
    public void An_address_of_another_machine_is_refused() =>
        Should.Throw<ConfigurationException>(() => new BindAddress(IPAddress.Parse("192.0.2.7"), 0).DemandFree("urls"))
            .Message.ShouldStartWith("urls: 192.0.2.7:0 can't be used: ");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private Settings Read(string[] arguments, params (string Name, string Value)[] environment) => Settings.Read(
        [.. arguments, "--data", _folder], environment.ToDictionary(pair => pair.Name, pair => pair.Value));

    private void Write(string text) => File.WriteAllText(Path.Combine(_folder, Settings.FileName), text);
}
