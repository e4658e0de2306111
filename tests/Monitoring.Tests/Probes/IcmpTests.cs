using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Watchkeeper.Monitoring.Probes;
using Watchkeeper.Monitoring.Rules;

namespace Monitoring.Tests.Probes;

public class IcmpTests
{
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
        using var one = Open(null);
        using var other = Open(null);
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
    public async Task A_reply_that_another_address_forges_does_not_count()
    {
        using var socket = Open(null);
        Assert.SkipWhen(socket.Kind != "RAW", "only a RAW socket of ours could forge a reply");
        using var forger = new Socket(AddressFamily.InterNetwork, SocketType.Raw, ProtocolType.Icmp);
        forger.Bind(new IPEndPoint(IPAddress.Parse("127.0.9.66"), 0));
        using var witness = new Socket(AddressFamily.InterNetwork, SocketType.Raw, ProtocolType.Icmp);
        witness.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var listener = new Listener();
        using var stop = new CancellationTokenSource();
        var running = socket.RunAsync(listener, stop.Token);
        socket.Ask(Question(660_066, 7, "127.0.9.67"), listener);
        (await listener.NextAsync()).Slot.ShouldBe(660_066);

        var reply = await ReplyToAsync(witness, 660_066);
        await forger.SendToAsync(reply, new IPEndPoint(IPAddress.Loopback, 0), TestContext.Current.CancellationToken);
        socket.Ask(Question(2, 8, "127.0.9.67"), listener);
        (await listener.NextAsync()).Slot.ShouldBe(2, "the forged reply came first, and must not be taken");
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task Hearing_an_answer_allocates_nothing()
    {
        const int most = 600;
        using var socket = Open(null);
        var meter = new AllocationMeter(most);
        using var stop = new CancellationTokenSource();
        var running = socket.RunAsync(meter, stop.Token);
        for (var i = 0; i < most; i++)
        {
            socket.Ask(Question(i, 1, "127.0.9.2"), meter);
        }

        await meter.Full.WaitAsync(TestContext.Current.CancellationToken);
        meter.Allocated.ShouldBe(0);
        await stop.CancelAsync();
        await running;
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
        using var socket = IcmpSocket.Open(AddressFamily.InterNetwork, IPAddress.Parse("192.0.2.1"));
        socket.Unavailable.ShouldNotBeNull().ShouldStartWith("ICMP unavailable: ");
        socket.Kind.ShouldBe("none");
        var listener = new Listener();
        await socket.RunAsync(listener, TestContext.Current.CancellationToken);
        socket.Ask(Question(1, 2, "127.0.9.2"), listener);
        (await listener.NextAsync()).ShouldBe((1, 2u, ProbeAnswer.Unknown(socket.Unavailable)));
    }

    [Fact]
    public void A_source_address_of_the_other_family_makes_it_unavailable() =>
        IcmpSocket.Open(AddressFamily.InterNetworkV6, IPAddress.Loopback).Unavailable.ShouldNotBeNull();

    private static IcmpSocket Open(IPAddress? source)
    {
        var socket = IcmpSocket.Open(AddressFamily.InterNetwork, source);
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

    private static async Task<byte[]> ReplyToAsync(Socket witness, int slot)
    {
        var heard = new byte[2048];
        while (true)
        {
            var length = await witness.ReceiveAsync(heard, TestContext.Current.CancellationToken);
            var packet = heard[20..length];
            if (packet is [0, ..] && packet.Length >= IcmpPacket.Length
                && BinaryPrimitives.ReadInt32BigEndian(packet.AsSpan(16)) == slot)
            {
                return packet;
            }
        }
    }

    /// <summary>
    /// Measures what the thread that brings answers allocates between the first hundred and the last.
    /// </summary>
    private sealed class AllocationMeter(int most) : IProbeListener
    {
        private readonly TaskCompletionSource _full = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _count;
        private long _from;

        public Task Full => _full.Task;

        public long Allocated { get; private set; }

        public void Answered(int slot, uint generation, ProbeAnswer answer)
        {
            _count++;
            if (_count == 100)
            {
                _from = GC.GetAllocatedBytesForCurrentThread();
            }

            if (_count == most)
            {
                Allocated = GC.GetAllocatedBytesForCurrentThread() - _from;
                _full.TrySetResult();
            }
        }

        public bool IsAwaited(int slot, uint generation) => true;
    }
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
