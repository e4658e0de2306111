using System.Net.Sockets;

namespace Watchkeeper.Monitoring.Probes;

/// <summary>Addresses as the kernel writes them (<c>sockaddr_in</c>, <c>sockaddr_in6</c>).</summary>
internal static class RawAddress
{
    /// <summary>The longest that either family has.</summary>
    public const int Longest = 28;

    /// <summary>The bytes of the address alone; empty when it is cut short.</summary>
    public static ReadOnlySpan<byte> In(ReadOnlySpan<byte> raw, AddressFamily family)
    {
        var (at, length) = family == AddressFamily.InterNetwork ? (4, 4) : (8, 16);
        return raw.Length < at + length ? [] : raw.Slice(at, length);
    }
}
