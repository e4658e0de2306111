using Watchkeeper.Server;
using Watchkeeper.Server.Configuration;

namespace Server.Tests.Configuration;

public sealed class UsageTests
{
    [Theory, InlineData("--help"), InlineData("-h"), InlineData("-?")]
    public void Help_names_every_key_and_verb(string asked)
    {
        var text = Usage.Of(["--data=x", asked]).ShouldNotBeNull();

        ConfigurationKeys.All.Where(key => key.Name != ConfigurationKeys.TerminalStateAlias)
            .ShouldAllBe(key => text.Contains($"  --{key.Name} ", StringComparison.Ordinal));
        text.ShouldContain("--backup-to FOLDER");
        text.ShouldContain("--restore-from FOLDER");
        text.Split('\n').ShouldAllBe(line => line.Length < 100);
    }

    [Fact]
    public void The_version_is_told_alone() => Usage.Of(["--version"]).ShouldBe(Software.Version);

    [Theory, InlineData("--data=x"), InlineData("--version=1"), InlineData("help")]
    public void Other_command_lines_serve_or_are_refused(string argument) => Usage.Of([argument]).ShouldBeNull();
}
