using System.Net;
using System.Net.Sockets;

namespace Watchkeeper.Server.Notifications;

/// <summary>Which addresses a callback may go to. A client chooses the URI, so it must not reach what only we can
/// reach.</summary>
internal static class CallbackAddresses
{
    /// <summary>Why an address is refused; null when it may be called.</summary>
    /// <remarks>Link-local has the metadata services of clouds; multicast, broadcast and unspecified are
    /// nobody's.</remarks>
    public static string? Objection(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        if (plain.AddressFamily == AddressFamily.InterNetworkV6)
        {
            return plain.IsIPv6LinkLocal ? "a link-local address"
                : plain.IsIPv6Multicast ? "a multicast address"
                : plain.Equals(IPAddress.IPv6Any) ? "the unspecified address"
                : IsEmbeddedIPv4(plain, out var inner) ? Objection(inner)
                : null;
        }

        var bytes = plain.GetAddressBytes();
        return bytes[0] == 0 ? "the unspecified address"
            : bytes is [169, 254, ..] ? "a link-local address"
            : bytes[0] is >= 224 and <= 239 ? "a multicast address"
            : bytes[0] >= 240 ? "a reserved address"
            : null;
    }

    // IPv4-compatible (::a.b.c.d), NAT64 (64:ff9b::/96) and 6to4 (2002::/16) addresses lead to the IPv4 address inside
    // them.
    private static bool IsEmbeddedIPv4(IPAddress address, out IPAddress inner)
    {
        var bytes = address.GetAddressBytes();
        inner = address;
        if (bytes is [0x20, 0x02, ..])
        {
            inner = new IPAddress(bytes.AsSpan(2, 4));
            return true;
        }

        ReadOnlySpan<byte> nat64 = [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0];
        var isNat64 = bytes.AsSpan(0, 12).SequenceEqual(nat64);
        var isCompatible = !bytes.AsSpan(0, 12).ContainsAnyExcept((byte)0) && !address.Equals(IPAddress.IPv6Loopback);
        if (isNat64 || isCompatible)
        {
            inner = new IPAddress(bytes.AsSpan(12, 4));
            return true;
        }

        return false;
    }
}
