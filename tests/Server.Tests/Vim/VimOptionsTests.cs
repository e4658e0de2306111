using Microsoft.Extensions.Configuration;
using Watchkeeper.Server.Vim;
using Watchkeeper.Server.Vim.Host;

namespace Server.Tests.Vim;

public sealed class VimOptionsTests
{
    private static readonly HostPrivileges Root = new(true, null);

    [Fact]
    public void The_defaults_are_those_of_the_house()
    {
        var plain = Read(HostPrivileges.OrdinaryUser);
        plain.Default.ShouldBe("HOST");
        plain.SimulatorRange.ToString().ShouldBe("127.64.0.0/10");
        plain.SimulatorSkips.ToString().ShouldBe("127.77.0.0/16");
        plain.SimulatorFolder.ShouldBe("/data/simulator");
        plain.Host.AddressRange.ToString().ShouldBe("127.77.0.0/16");
        plain.Host.Folder.ShouldBe("/data/vms");

        var root = Read(Root);
        root.Host.AddressRange.ToString().ShouldBe("10.254.0.0/16");
        root.Host.Folder.ShouldBe("/var/lib/watchkeeper/vms");
        root.SimulatorSkips.ToString().ShouldBe("127.77.0.0/16");
    }

    [Fact]
    public void Configured_values_are_taken()
    {
        var options = Read(
            Root, ("vim:default", "SIMULATOR"), ("vim:simulator:addressRange", "127.90.0.0/16"),
            ("vim:host:addressRange", "10.7.0.0/24"), ("vim:host:folder", "/srv/vms"));
        options.Default.ShouldBe("SIMULATOR");
        options.SimulatorRange.ToString().ShouldBe("127.90.0.0/16");
        options.SimulatorSkips.ShouldBeNull();
        options.Host.AddressRange.ToString().ShouldBe("10.7.0.0/24");
        options.Host.Folder.ShouldBe("/srv/vms");
    }

    [Theory]
    [InlineData(false, "vim:default", "OPENSTACK")]
    [InlineData(false, "vim:simulator:addressRange", "127.64.0.0")]
    [InlineData(false, "vim:simulator:addressRange", "127.64.0.1/10")]
    [InlineData(false, "vim:simulator:addressRange", "::1/64")]
    [InlineData(false, "vim:simulator:addressRange", "127.64.0.0/31")]
    [InlineData(false, "vim:simulator:addressRange", "10.0.0.0/16")]
    [InlineData(false, "vim:simulator:addressRange", "127.77.1.0/24")]
    [InlineData(false, "vim:host:addressRange", "10.0.0.0/16")]
    [InlineData(true, "vim:host:addressRange", "127.77.0.0/16")]
    [InlineData(true, "vim:host:addressRange", "sixteen")]
    [InlineData(true, "vim:host:folder", " ")]
    public void A_wrong_value_is_refused_in_one_line_that_names_its_key(bool isRoot, string key, string value)
    {
        var message = Should.Throw<InvalidDataException>(
            () => Read(isRoot ? Root : HostPrivileges.OrdinaryUser, (key, value))).Message;
        message.ShouldStartWith(key.Replace(':', '.') + ":");
        message.ShouldNotContain("\n");
    }

    private static VimOptions Read(HostPrivileges privileges, params (string Key, string Value)[] values) =>
        VimOptions.Read(
            new ConfigurationBuilder()
                .AddInMemoryCollection(values.Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value)))
                .Build(),
            "/data",
            privileges);
}
