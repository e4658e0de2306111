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
    /// The route for the whole range comes first: without it, a probe for a VM that is gone would leave by the
    /// default gateway. The range of one VM is more specific, so it wins while its card is there.
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
