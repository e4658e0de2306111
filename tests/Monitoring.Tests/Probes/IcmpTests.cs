using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Watchkeeper.Monitoring.Probes;
using Watchkeeper.Monitoring.Rules;

namespace Monitoring.Tests.Probes;

public class IcmpTests
{
    private const ulong Secret = 0x1122334455667788;

    [Theory]
    [InlineData(AddressFamily.InterNetwork, 0)]
    [InlineData(AddressFamily.InterNetworkV6, 129)]
    public void A_reply_to_our_own_request_is_read(AddressFamily family, byte replyType)
    {
        var packet = new byte[IcmpPacket.Length];
        IcmpPacket.Write(packet, family, Secret, 12_345, 0xFEDCBA98);
        TryRead(packet, family, out _, out _).ShouldBeFalse("a request is no reply: RAW on loopback hears both");
        packet[0] = replyType;
        TryRead(packet, family, out var slot, out var generation).ShouldBeTrue();
        slot.ShouldBe(12_345);
        generation.ShouldBe(0xFEDCBA98);
    }

    [Fact]
    public void The_checksum_of_a_request_is_right()
    {
        var packet = new byte[IcmpPacket.Length];
        IcmpPacket.Write(packet, AddressFamily.InterNetwork, ulong.MaxValue, -1, uint.MaxValue);
        IcmpPacket.Checksum(packet).ShouldBe((ushort)0);
    }

    [Fact]
    public void Anything_else_is_not()
    {
        var packet = new byte[IcmpPacket.Length];
        IcmpPacket.Write(packet, AddressFamily.InterNetwork, Secret + 1, 1, 1);
        packet[0] = 0;
        TryRead(packet, AddressFamily.InterNetwork, out _, out _).ShouldBeFalse("another's secret");
        IcmpPacket.Write(packet, AddressFamily.InterNetwork, Secret, 1, 1);
        packet[0] = 0;
        TryRead(packet.AsSpan(..^1), AddressFamily.InterNetwork, out _, out _).ShouldBeFalse("cut short");
        packet[1] = 1;
        TryRead(packet, AddressFamily.InterNetwork, out _, out _).ShouldBeFalse("code is not 0");
        byte[][] rubbish = [[], [0x45], [0x41, .. new byte[40]], [0x4F, .. new byte[30]]];
        foreach (var heard in rubbish)
        {
            IcmpPacket.TryRead(heard, AddressFamily.InterNetwork, hasIpHeader: true, Secret, out _, out _)
                .ShouldBeFalse();
        }
    }

    [Theory]
    [InlineData(101, ProbeAnswerKind.Silent)]
    [InlineData(113, ProbeAnswerKind.Silent)]
    [InlineData(112, ProbeAnswerKind.Silent)]
    [InlineData(105, ProbeAnswerKind.Unknown)]
    [InlineData(1, ProbeAnswerKind.Unknown)]
    [InlineData(13, ProbeAnswerKind.Unknown)]
    [InlineData(11, ProbeAnswerKind.Unknown)]
    [InlineData(100, ProbeAnswerKind.Unknown)]
    public void An_unreachable_target_is_silent_and_our_own_trouble_is_unknown(int errno, ProbeAnswerKind kind) =>
        SocketTrouble.ReadSend(errno).Kind.ShouldBe(kind);

    [Fact]
    public async Task Loopback_targets_answer_each_to_its_own_question()
    {
        using var socket = Open(IPAddress.Parse("127.0.9.1"));
        var listener = new Listener();
        using var stop = new CancellationTokenSource();
        var running = socket.RunAsync(listener, stop.Token);
        for (var slot = 0; slot < 20; slot++)
        {
            socket.Ask(Question(slot, (uint)slot + 100, $"127.0.9.{slot + 2}"), listener);
        }

        var heard = new HashSet<(int, uint)>();
        while (heard.Count < 20)
        {
            var (slot, generation, answer) = await listener.NextAsync();
            answer.ShouldBe(ProbeAnswer.Alive);
            heard.Add((slot, generation)).ShouldBeTrue("no answer comes twice");
        }

        heard.ShouldBe(Enumerable.Range(0, 20).Select(slot => (slot, (uint)slot + 100)), ignoreOrder: true);
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task Two_sockets_of_one_host_do_not_take_each_others_answers()
    {
        using var one = Open(null, seed: 1);
        using var other = Open(null, seed: 2);
        var oneHears = new Listener();
        var otherHears = new Listener();
        using var stop = new CancellationTokenSource();
        var running = Task.WhenAll(one.RunAsync(oneHears, stop.Token), other.RunAsync(otherHears, stop.Token));
        one.Ask(Question(1, 1, "127.0.9.2"), oneHears);
        (await oneHears.NextAsync()).Slot.ShouldBe(1);
        other.Ask(Question(2, 2, "127.0.9.2"), otherHears);
        (await otherHears.NextAsync()).Slot.ShouldBe(2);
        oneHears.IsEmpty.ShouldBeTrue();
        await stop.CancelAsync();
        await running;
        oneHears.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public void Asking_allocates_nothing()
    {
        using var socket = Open(null);
        var listener = new Listener();
        var question = Question(1, 1, "127.0.9.2");
        for (var i = 0; i < 100; i++)
        {
            socket.Ask(question, listener);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
        {
            socket.Ask(question, listener);
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    [Fact]
    public async Task A_socket_that_can_not_be_opened_says_so_with_every_answer()
    {
        using var socket = IcmpSocket.Open(AddressFamily.InterNetwork, IPAddress.Parse("192.0.2.1"), new Random(1));
        socket.Unavailable.ShouldNotBeNull().ShouldStartWith("ICMP unavailable: ");
        socket.Kind.ShouldBe("none");
        var listener = new Listener();
        await socket.RunAsync(listener, TestContext.Current.CancellationToken);
        socket.Ask(Question(1, 2, "127.0.9.2"), listener);
        (await listener.NextAsync()).ShouldBe((1, 2u, ProbeAnswer.Unknown(socket.Unavailable)));
    }

    [Fact]
    public void A_source_address_of_the_other_family_makes_it_unavailable() =>
        IcmpSocket.Open(AddressFamily.InterNetworkV6, IPAddress.Loopback, new Random(1)).Unavailable.ShouldNotBeNull();

    private static IcmpSocket Open(IPAddress? source, int seed = 1)
    {
        var socket = IcmpSocket.Open(AddressFamily.InterNetwork, source, new Random(seed));
        Assert.SkipWhen(socket.Unavailable is not null, socket.Unavailable ?? "");
        return socket;
    }

    private static ProbeQuestion Question(int slot, uint generation, string address) =>
        new(slot, generation, new ProbeEndpoint(IPAddress.Parse(address)), Icmp, TimeSpan.FromSeconds(1));

    private static Kpi Icmp { get; } = new()
    {
        EventName = "VM_ALIVE",
        Collector = CollectorKind.IcmpPing,
        PollFrequency = TimeSpan.FromSeconds(1),
        Timeout = TimeSpan.FromSeconds(1),
    };

    private static bool TryRead(ReadOnlySpan<byte> heard, AddressFamily family, out int slot, out uint generation) =>
        IcmpPacket.TryRead(heard, family, hasIpHeader: false, Secret, out slot, out generation);
}

/// <summary>Keeps answers until a test takes them.</summary>
internal sealed class Listener : IProbeListener
{
    private readonly Channel<(int Slot, uint Generation, ProbeAnswer Answer)> _heard =
        Channel.CreateUnbounded<(int, uint, ProbeAnswer)>();

    public bool Awaits { get; set; } = true;

    public bool IsEmpty => !_heard.Reader.TryPeek(out _);

    public void Answered(int slot, uint generation, ProbeAnswer answer) =>
        _heard.Writer.TryWrite((slot, generation, answer));

    public bool IsAwaited(int slot, uint generation) => Awaits;

    public async Task<(int Slot, uint Generation, ProbeAnswer Answer)> NextAsync() =>
        await _heard.Reader.ReadAsync(TestContext.Current.CancellationToken);
}
