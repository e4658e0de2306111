using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Watchkeeper.Server.Vim;

/// <summary>A range of IPv4 addresses, out of which a VIM gives its VMs theirs.</summary>
/// <param name="First">The first address, as a number.</param>
/// <param name="PrefixLength">The length of the prefix; 8 to 30.</param>
internal readonly record struct Ipv4Range(uint First, int PrefixLength)
{
    private static readonly Ipv4Range Loopback = new(127u << 24, 8);

    /// <summary>How many addresses it has.</summary>
    public uint Count => 1u << (32 - PrefixLength);

    /// <summary>Whether all of it is loopback.</summary>
    public bool IsLoopback => Loopback.Contains(First) && PrefixLength >= Loopback.PrefixLength;

    /// <summary>Whether part of it is loopback.</summary>
    public bool TouchesLoopback => Overlaps(Loopback);

    /// <summary>Whether an address is in it.</summary>
    public bool Contains(uint address) => address - First < Count;

    /// <summary>Whether the two share an address.</summary>
    public bool Overlaps(Ipv4Range other) => Contains(other.First) || other.Contains(First);

    /// <summary>The address at a place in the range.</summary>
    public string At(uint offset) => Text(First + offset);

    /// <summary>An address as people write it.</summary>
    public static string Text(uint address)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, address);
        return new IPAddress(bytes).ToString();
    }

    /// <summary>Reads an address such as <c>127.64.0.9</c>.</summary>
    public static bool TryReadAddress(string text, out uint address)
    {
        address = 0;
        if (!IPAddress.TryParse(text, out var parsed) || parsed.AddressFamily != AddressFamily.InterNetwork)
        {
            return false;
        }

        address = BinaryPrimitives.ReadUInt32BigEndian(parsed.GetAddressBytes());
        return true;
    }

    /// <summary>Reads a range such as <c>127.77.0.0/16</c>.</summary>
    public static bool TryRead(string text, out Ipv4Range range)
    {
        range = default;
        if (!IPNetwork.TryParse(text, out var network)
            || network.BaseAddress.AddressFamily != AddressFamily.InterNetwork
            || network.PrefixLength is < 8 or > 30)
        {
            return false;
        }

        range = new Ipv4Range(
            BinaryPrimitives.ReadUInt32BigEndian(network.BaseAddress.GetAddressBytes()), network.PrefixLength);
        return true;
    }

    /// <inheritdoc />
    public override string ToString() => $"{Text(First)}/{PrefixLength}";
}
