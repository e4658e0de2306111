using System.Net.Sockets;
using Watchkeeper.Monitoring.Probes;

namespace Monitoring.Tests.Probes;

public class IcmpPacketTests
{
    private static readonly EchoToken Token = new([.. Enumerable.Range(0, 16).Select(i => (byte)i)]);
    private static readonly byte[] Asked4 = [127, 0, 9, 2];
    private static readonly byte[] Asked6 = [0xFD, .. new byte[14], 2];

    [Theory]
    [InlineData(AddressFamily.InterNetwork, 0)]
    [InlineData(AddressFamily.InterNetworkV6, 129)]
    public void A_reply_to_our_own_request_is_read(AddressFamily family, byte replyType)
    {
        var packet = Request(family, Token, 12_345, 0xFEDCBA98);
        TryRead(packet, family, out _, out _).ShouldBeFalse("a request is no reply: RAW on loopback hears both");
        packet[0] = replyType;
        TryRead(packet, family, out var slot, out var generation).ShouldBeTrue();
        slot.ShouldBe(12_345);
        generation.ShouldBe(0xFEDCBA98);
    }

    [Theory]
    [InlineData(AddressFamily.InterNetwork, 0)]
    [InlineData(AddressFamily.InterNetworkV6, 129)]
    public void A_reply_from_another_address_than_the_one_asked_is_none(AddressFamily family, byte replyType)
    {
        var packet = Request(family, Token, 1, 1);
        packet[0] = replyType;
        var other = Address(family).ToArray();
        other[^1]++;
        IcmpPacket.TryRead(packet, family, hasIpHeader: false, Token, other, out _, out _).ShouldBeFalse();
        IcmpPacket.TryRead(packet, family, hasIpHeader: false, Token, [], out _, out _).ShouldBeFalse();
    }

    [Fact]
    public void The_token_is_SipHash_as_its_authors_tested_it()
    {
        // The vectors of the paper's appendix: key 00 to 0F, messages of 15 bytes 00 to 0E and of none.
        Token.Hash([.. Enumerable.Range(0, 15).Select(i => (byte)i)]).ShouldBe(0xA129CA6149BE45E5);
        Token.Hash([]).ShouldBe(0x726FDB47DD0E0E31ul);
    }

    [Fact]
    public void Every_question_has_a_token_of_its_own()
    {
        ulong[] tokens =
        [
            Token.Of(Asked4, 1, 1), Token.Of(Asked4, 2, 1), Token.Of(Asked4, 1, 2), Token.Of(Asked6, 1, 1),
            EchoToken.Secret().Of(Asked4, 1, 1), EchoToken.Secret().Of(Asked4, 1, 1),
        ];
        tokens.ShouldBeUnique();
    }

    [Fact]
    public void The_checksum_of_a_request_is_right() =>
        IcmpPacket.Checksum(Request(AddressFamily.InterNetwork, Token, -1, uint.MaxValue)).ShouldBe((ushort)0);

    [Fact]
    public void Anything_else_is_not()
    {
        var packet = Request(AddressFamily.InterNetwork, EchoToken.Secret(), 1, 1);
        packet[0] = 0;
        TryRead(packet, AddressFamily.InterNetwork, out _, out _).ShouldBeFalse("another's secret");
        packet = Request(AddressFamily.InterNetwork, Token, 1, 1);
        packet[0] = 0;
        TryRead(packet.AsSpan(..^1), AddressFamily.InterNetwork, out _, out _).ShouldBeFalse("cut short");
        packet[1] = 1;
        TryRead(packet, AddressFamily.InterNetwork, out _, out _).ShouldBeFalse("code is not 0");
        byte[][] rubbish = [[], [0x45], [0x41, .. new byte[40]], [0x4F, .. new byte[30]]];
        foreach (var heard in rubbish)
        {
            IcmpPacket.TryRead(heard, AddressFamily.InterNetwork, hasIpHeader: true, Token, Asked4, out _, out _)
                .ShouldBeFalse();
        }
    }

    private static byte[] Address(AddressFamily family) =>
        family == AddressFamily.InterNetwork ? Asked4 : Asked6;

    private static byte[] Request(AddressFamily family, EchoToken token, int slot, uint generation)
    {
        var packet = new byte[IcmpPacket.Length];
        IcmpPacket.Write(packet, family, token, Address(family), slot, generation);
        return packet;
    }

    private static bool TryRead(ReadOnlySpan<byte> heard, AddressFamily family, out int slot, out uint generation) =>
        IcmpPacket.TryRead(heard, family, hasIpHeader: false, Token, Address(family), out slot, out generation);
}
