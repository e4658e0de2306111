using System.Buffers.Binary;
using System.Net.Sockets;

namespace Watchkeeper.Monitoring.Probes;

/// <summary>Writes echo requests and reads echo replies; pure.</summary>
/// <remarks>
/// The payload is 16 bytes: the token of this question to this address, then slot and generation. A RAW socket hears
/// the replies to every process of the host, anybody may send a reply that nobody asked for, and a DGRAM socket's
/// identifier is rewritten by the kernel: only the payload tells.
/// </remarks>
internal static class IcmpPacket
{
    /// <summary>The length of a request: 8 bytes of header, 16 of payload.</summary>
    public const int Length = 24;

    private const byte EchoRequest4 = 8;
    private const byte EchoReply4 = 0;
    private const byte EchoRequest6 = 128;
    private const byte EchoReply6 = 129;

    /// <summary>Writes an echo request of <see cref="Length"/> bytes.</summary>
    /// <param name="packet">Where to.</param>
    /// <param name="family">The socket's family.</param>
    /// <param name="token">Makes the token.</param>
    /// <param name="address">Whom it goes to.</param>
    /// <param name="slot">The slot that asks.</param>
    /// <param name="generation">Which of its questions it is.</param>
    public static void Write(
        Span<byte> packet, AddressFamily family, in EchoToken token, ReadOnlySpan<byte> address, int slot,
        uint generation)
    {
        packet[..Length].Clear();
        packet[0] = family == AddressFamily.InterNetwork ? EchoRequest4 : EchoRequest6;
        BinaryPrimitives.WriteUInt16BigEndian(packet[4..], token.Identifier);
        BinaryPrimitives.WriteUInt16BigEndian(packet[6..], (ushort)generation);
        BinaryPrimitives.WriteUInt64BigEndian(packet[8..], token.Of(address, slot, generation));
        BinaryPrimitives.WriteInt32BigEndian(packet[16..], slot);
        BinaryPrimitives.WriteUInt32BigEndian(packet[20..], generation);
        if (family == AddressFamily.InterNetwork)
        {
            // The kernel fills it in for ICMPv6 and for DGRAM sockets (RFC 3542 3.1), not for RAW ones.
            BinaryPrimitives.WriteUInt16BigEndian(packet[2..], Checksum(packet[..Length]));
        }
    }

    /// <summary>
    /// Reads an echo reply to one of our own requests, from whom it went to; false for everything else that a socket
    /// may hear.
    /// </summary>
    /// <param name="heard">What was received.</param>
    /// <param name="family">The socket's family.</param>
    /// <param name="hasIpHeader">Whether the IP header is in front: RAW sockets of IPv4 only.</param>
    /// <param name="token">Made the token of our requests.</param>
    /// <param name="sender">Whom it comes from.</param>
    /// <param name="slot">The slot that asked.</param>
    /// <param name="generation">Which of its questions is answered.</param>
    public static bool TryRead(
        ReadOnlySpan<byte> heard, AddressFamily family, bool hasIpHeader, in EchoToken token,
        ReadOnlySpan<byte> sender, out int slot, out uint generation)
    {
        slot = 0;
        generation = 0;
        if (hasIpHeader)
        {
            var header = heard.IsEmpty ? 0 : (heard[0] & 0x0F) * 4;
            if (header < 20 || heard.Length < header)
            {
                return false;
            }

            heard = heard[header..];
        }

        var reply = family == AddressFamily.InterNetwork ? EchoReply4 : EchoReply6;
        if (heard.Length < Length || heard[0] != reply || heard[1] != 0)
        {
            return false;
        }

        slot = BinaryPrimitives.ReadInt32BigEndian(heard[16..]);
        generation = BinaryPrimitives.ReadUInt32BigEndian(heard[20..]);
        return BinaryPrimitives.ReadUInt64BigEndian(heard[8..]) == token.Of(sender, slot, generation);
    }

    /// <summary>The Internet checksum (RFC 1071) of an even number of bytes.</summary>
    public static ushort Checksum(ReadOnlySpan<byte> bytes)
    {
        var sum = 0u;
        for (var i = 0; i + 1 < bytes.Length; i += 2)
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(bytes[i..]);
        }

        sum = (sum & 0xFFFF) + (sum >> 16);
        return (ushort)~(sum + (sum >> 16));
    }
}
