using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Watchkeeper.Server.Vim;

namespace Server.Tests.Vim;

public sealed class VimRegistryTests
{
    [Theory]
    [InlineData(null, "HOST", null)]
    [InlineData("null", "HOST", null)]
    [InlineData("{}", "HOST", null)]
    [InlineData("""{"vim1": {"vimType": "SIMULATOR"}}""", "SIMULATOR", "vim1")]
    [InlineData("""{"x": {"vimType": "HOST", "vimId": "7"}}""", "HOST", "x")]
    public void A_client_chooses_by_type_or_gets_the_default(string? connections, string kind, string? id)
    {
        using var folder = new Folder();
        var chosen = Choose(folder, connections).ShouldBeOfType<VimChoice.Chosen>();
        chosen.Vim.Kind.ShouldBe(kind);
        chosen.ConnectionId.ShouldBe(id);
    }

    [Theory]
    [InlineData("[]", "vimConnectionInfo: must be")]
    [InlineData("""{"vim1": 7}""", "vimConnectionInfo/vim1/vimType: is missing")]
    [InlineData("""{"vim1": {}}""", "vimConnectionInfo/vim1/vimType: is missing")]
    [InlineData("""{"vim1": {"vimType": 7}}""", "vimConnectionInfo/vim1/vimType: is missing")]
    [InlineData("""{"vim1": {"vimType": "NOVA"}}""", "'NOVA' is unknown; HOST and SIMULATOR are known")]
    [InlineData("""{"a": {"vimType": "HOST"}, "b": {"vimType": "HOST"}}""", "only one")]
    public void What_can_not_be_used_is_named(string connections, string message)
    {
        using var folder = new Folder();
        var refused = Choose(folder, connections).ShouldBeOfType<VimChoice.Refused>();
        $"{refused.Attribute}: {refused.Why}".ShouldContain(message);
    }

    [Fact]
    public void A_stored_kind_that_is_gone_is_named()
    {
        using var folder = new Folder();
        using var services = Services(folder);
        Should.Throw<VimException>(() => services.GetRequiredService<VimRegistry>().Of("NOVA"))
            .Message.ShouldContain("'NOVA'");
        services.GetRequiredService<VimRegistry>().Of("SIMULATOR").Kind.ShouldBe("SIMULATOR");
    }

    private static VimChoice Choose(Folder folder, string? connections)
    {
        using var services = Services(folder);
        return services.GetRequiredService<VimRegistry>()
            .Choose(connections is null ? null : JsonElement.Parse(connections));
    }

    private static ServiceProvider Services(Folder folder) => new ServiceCollection()
        .AddLogging()
        .AddSingleton(TimeProvider.System)
        .AddVims(new ConfigurationBuilder().Build(), folder.Path)
        .BuildServiceProvider();

    private sealed class Folder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("wk-vims-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
