using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Watchkeeper.Server.Vim.Host;

namespace Watchkeeper.Server.Vim.Simulator;

/// <summary>Makes addresses silent that the kernel would answer for.</summary>
/// <remarks>
/// A switched-off address gets a route of its own to a pair of network cards that leads nowhere: whoever asks it sends a packet and
/// hears nothing, for ICMP and TCP alike, open connections too. It wants <c>ip</c> alone, no packet filter that a machine may
/// lack or a person may have filled with rules. (A route of the kind <c>unreachable</c> or <c>blackhole</c> would not do: those
/// fail the send.) The cards belong to one data folder and carry its name as their alias; all silence goes with them.
/// </remarks>
internal sealed class SimulatorPower(
    VimOptions options, HostPrivileges privileges, SystemTools tools, ToolRun run)
{
    private const string CardPrefix = "wkoff";
    private readonly string _card = CardOf(options.SimulatorFolder);
    private volatile bool _isMade;

    /// <summary>Why VMs can't be switched here; null when they can.</summary>
    public string? Objection =>
        !privileges.AreRoot ? "Only a server that runs as root can make the address of a simulated VM silent."
        : privileges.Lack is { } lack ? $"The address of a simulated VM can't be made silent: {lack}."
        : tools.Find("ip") is null ? "The program 'ip' (package iproute2) is not installed."
        : null;

    /// <summary>Makes an address silent. Once more is harmless.</summary>
    public async Task SilenceAsync(string address, CancellationToken cancellationToken)
    {
        await MakeCardAsync(cancellationToken);
        await IpAsync($"route replace {Route(address)}\n", cancellationToken);
    }

    /// <summary>Lets the kernel answer for an address again. One that is not silent is let be.</summary>
    public async Task RestoreAsync(string address, CancellationToken cancellationToken)
    {
        if (!Exists(_card))
        {
            return;
        }

        var silent = await run.MustAsync(
            tools.PathOf("ip"), ["-4", "route", "show", "table", "local", "exact", address], "", cancellationToken);
        if (silent.Contains($" dev {_card} ", StringComparison.Ordinal))
        {
            await IpAsync($"route delete {Route(address)}\n", cancellationToken);
        }
    }

    /// <summary>Silences exactly these addresses; cards of data folders that are gone go too.</summary>
    public async Task ResetAsync(ImmutableArray<string> addresses, CancellationToken cancellationToken)
    {
        if (Objection is not null)
        {
            return;
        }

        foreach (var card in Directory.EnumerateFileSystemEntries("/sys/class/net", CardPrefix + "*"))
        {
            if (await IsOrphanAsync(card, cancellationToken))
            {
                await IpAsync($"link delete dev {Path.GetFileName(card)}\n", cancellationToken);
            }
        }

        await RestoreAllButAsync(addresses, cancellationToken);
        foreach (var address in addresses)
        {
            await SilenceAsync(address, cancellationToken);
        }
    }

    /// <summary>The name of a folder's card: at most 15 characters, as the kernel wants it.</summary>
    public static string CardOf(string folder) =>
        CardPrefix + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(folder)).AsSpan(0, 4));

    private static bool Exists(string card) => Directory.Exists($"/sys/class/net/{card}");

    // Its other end is named alike, with an 'x' for the last letter, and has no alias: it goes with it.
    private static string OtherEnd(string card) => card[..^1] + "x";

    private static async Task<bool> IsOrphanAsync(string card, CancellationToken cancellationToken)
    {
        try
        {
            var folder = (await File.ReadAllTextAsync($"{card}/ifalias", cancellationToken)).Trim();
            return folder.Length > 0 && !Directory.Exists(folder);
        }
        catch (IOException)
        {
            // It went while we looked.
            return false;
        }
    }

    private async Task RestoreAllButAsync(ImmutableArray<string> silent, CancellationToken cancellationToken)
    {
        if (!Exists(_card))
        {
            return;
        }

        var routes = await run.MustAsync(
            tools.PathOf("ip"), ["-4", "route", "show", "table", "local", "dev", _card], "", cancellationToken);
        foreach (var route in routes.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var address = route.Split(' ')[0];
            if (!silent.Contains(address))
            {
                await IpAsync($"route delete {Route(address)}\n", cancellationToken);
            }
        }
    }

    private async Task MakeCardAsync(CancellationToken cancellationToken)
    {
        if (_isMade && Exists(_card))
        {
            return;
        }

        if (!Exists(_card))
        {
            await IpAsync($"link add {_card} type veth peer name {OtherEnd(_card)}\n", cancellationToken);
        }

        // An alias may hold blanks, so that it goes as an argument.
        await run.MustAsync(
            tools.PathOf("ip"), ["link", "set", "dev", _card, "alias", options.SimulatorFolder], "", cancellationToken);

        // Lets packets from 127.0.0.1 out to a card that is not lo; they end at its other end, which does not take them.
        await File.WriteAllTextAsync(
            $"/proc/sys/net/ipv4/conf/{_card}/route_localnet", "1", cancellationToken);
        await IpAsync(
            $"""
            link set {_card} addrgenmode none
            link set {OtherEnd(_card)} addrgenmode none
            link set {_card} arp off up
            link set {OtherEnd(_card)} arp off up

            """,
            cancellationToken);
        _isMade = true;
    }

    private string Route(string address) => string.Create(
        CultureInfo.InvariantCulture, $"{address}/32 dev {_card} src 127.0.0.1 scope link table local");

    private Task<string> IpAsync(string commands, CancellationToken cancellationToken) =>
        run.MustAsync(tools.PathOf("ip"), ["-batch", "-"], commands, cancellationToken);
}
