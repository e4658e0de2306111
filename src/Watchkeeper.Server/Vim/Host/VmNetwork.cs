using System.Globalization;

namespace Watchkeeper.Server.Vim.Host;

/// <summary>The network of one VM of root's: a namespace of its own, and a pair of cards that leads into it.</summary>
/// <param name="Slot">The VM's slot, from which all names and addresses follow.</param>
/// <param name="Range">The range that is cut into one /30 for each slot.</param>
internal sealed record VmNetwork(uint Slot, Ipv4Range Range)
{
    /// <summary>How the names of our cards begin.</summary>
    public const string CardPrefix = "wkvm";

    /// <summary>Addresses of each slot: the network's own, the host's end, the VM's end, broadcast.</summary>
    public const uint AddressesPerSlot = 4;

    /// <summary>The VM's address.</summary>
    public string Address => Range.At((Slot * AddressesPerSlot) + 2);

    /// <summary>The host's end of the card pair; at most 15 characters, as the kernel wants it.</summary>
    public string Card => CardPrefix + Slot.ToString(CultureInfo.InvariantCulture);

    /// <summary>The namespace's name while the VM is being made.</summary>
    public string Name => Card;

    /// <summary>The namespace's file while it has a name.</summary>
    public string NamePath => $"/run/netns/{Name}";

    private string Gateway => Range.At((Slot * AddressesPerSlot) + 1);

    /// <summary>What <c>ip</c> is to do outside the namespace.</summary>
    /// <remarks>
    /// The route for the whole range comes first: without it, a probe for a VM that is gone would leave by the default
    /// gateway. The range of one VM is more specific, so it wins while its card is there.
    /// </remarks>
    public string Outside => $"""
        route replace unreachable {Range}
        netns add {Name}
        link add {Card} type veth peer name eth0 netns {Name}
        link set {Card} addrgenmode none
        address add {Gateway}/30 dev {Card}
        link set {Card} up

        """;

    /// <summary>What <c>ip</c> is to do inside the namespace.</summary>
    /// <remarks>The gateway is the machine itself, so that an agent may ask from any address of the machine.</remarks>
    public string Inside => $"""
        link set lo up
        link set eth0 addrgenmode none
        address add {Address}/30 dev eth0
        link set eth0 up
        route add default via {Gateway}

        """;
}

/// <summary>Makes and removes the networks of VMs with <c>ip</c>.</summary>
internal sealed class VmNetworks(Ipv4Range range, SystemTools tools, ToolRun run)
{
    private volatile bool _isRangeFree;

    /// <summary>The network of a slot.</summary>
    public VmNetwork Of(uint slot) => new(slot, range);

    /// <summary>Makes it. Its namespace has a name until <see cref="ForgetNameAsync"/>.</summary>
    public async Task MakeAsync(VmNetwork network, CancellationToken cancellationToken)
    {
        await CheckRangeAsync(cancellationToken);
        var ip = tools.PathOf("ip");
        await run.MustAsync(ip, ["-batch", "-"], network.Outside, cancellationToken);
        StopForwarding(network);
        await run.MustAsync(ip, ["-netns", network.Name, "-batch", "-"], network.Inside, cancellationToken);
    }

    /// <summary>Takes the namespace's name away, so that it ends with its last process: a named one goes on answering ping.</summary>
    public async Task ForgetNameAsync(VmNetwork network, CancellationToken cancellationToken)
    {
        if (File.Exists(network.NamePath))
        {
            await run.MustAsync(
                tools.PathOf("ip"), ["netns", "delete", network.Name], "", cancellationToken);
        }
    }

    /// <summary>Removes it, as far as it is there.</summary>
    public async Task RemoveAsync(VmNetwork network, CancellationToken cancellationToken)
    {
        await ForgetNameAsync(network, cancellationToken);
        if (IsThere(network))
        {
            var outcome = await run.RunAsync(
                tools.PathOf("ip"), ["link", "delete", "dev", network.Card], "", cancellationToken);

            // It may go by itself meanwhile, with the namespace of the process that just ended.
            if (outcome.ExitCode != 0 && IsThere(network))
            {
                throw new VimException($"The network card {network.Card} could not be removed: {outcome.Errors}");
            }
        }
    }

    private static bool IsThere(VmNetwork network) => Directory.Exists($"/sys/class/net/{network.Card}");

    // On a machine that forwards packets a VM would else reach whatever the machine reaches.
    private static void StopForwarding(VmNetwork network)
    {
        var path = $"/proc/sys/net/ipv4/conf/{network.Card}/forwarding";
        if (File.ReadAllText(path).Trim() != "0")
        {
            File.WriteAllText(path, "0");
        }
    }

    /// <summary>Refuses a range that the machine already uses for something else: our route would cut it off.</summary>
    private async Task CheckRangeAsync(CancellationToken cancellationToken)
    {
        if (_isRangeFree)
        {
            return;
        }

        var routes = await run.MustAsync(
            tools.PathOf("ip"), ["-4", "route", "show", "root", range.ToString()], "", cancellationToken);
        foreach (var route in routes.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!route.StartsWith($"unreachable {range}", StringComparison.Ordinal)
                && !route.Contains($" dev {VmNetwork.CardPrefix}", StringComparison.Ordinal))
            {
                throw new VimException(
                    $"vim.host.addressRange {range} is in use on this machine (route '{route}'); name another.");
            }
        }

        _isRangeFree = true;
    }

}
