using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace EndToEnd.Harness;

/// <summary>One ICMP echo request as it was seen on the wire.</summary>
/// <param name="At">When, on the witness's clock.</param>
/// <param name="From">Who asked.</param>
/// <param name="To">Who was asked.</param>
internal sealed record SeenProbe(TimeSpan At, string From, string To);

/// <summary>
/// Sees every ICMP echo request on loopback, whoever sends it: what no agent's own words can colour. Needs root.
/// </summary>
internal sealed class Witness : IAsyncDisposable
{
    private const int LargestPacket = 2048;
    private const byte EchoRequest = 8;

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Raw, ProtocolType.Icmp);
    private readonly ConcurrentQueue<SeenProbe> _seen = new();
    private readonly long _start = TimeProvider.System.GetTimestamp();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    private Witness()
    {
        _socket.ReceiveBufferSize = 1 << 20;
        _socket.Bind(new IPEndPoint(IPAddress.Any, 0));
        _running = RunAsync();
    }

    /// <summary>The time since it began.</summary>
    public TimeSpan Now => TimeProvider.System.GetElapsedTime(_start);

    /// <summary>Begins to watch; a test that may not is skipped, with the reason.</summary>
    public static Witness Begin()
    {
        Assert.SkipUnless(
            Environment.IsPrivilegedProcess, "Only root may see raw packets: what is sent can't be witnessed.");
        return new Witness();
    }

    /// <summary>The probes of some targets by one source since a moment, oldest first.</summary>
    public ImmutableArray<SeenProbe> Of(string source, IEnumerable<string> targets, TimeSpan since)
    {
        var wanted = targets.ToHashSet();
        return [.. _seen.Where(probe => probe.From == source && probe.At >= since && wanted.Contains(probe.To))];
    }

    /// <summary>Waits until a source has asked each of the targets since a moment.</summary>
    public Task AskedAllAsync(string source, IReadOnlyCollection<string> targets, TimeSpan since) =>
        Patience.UntilAsync(
            () => Task.FromResult(Of(source, targets, since)),
            seen => seen.Select(probe => probe.To).Distinct().Count() == targets.Count,
            $"a probe of each target by {source}");

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _socket.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        var packet = new byte[LargestPacket];
        try
        {
            while (true)
            {
                Note(packet.AsSpan(0, await _socket.ReceiveAsync(packet, SocketFlags.None, _stop.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            // The test has ended.
        }
    }

    private void Note(ReadOnlySpan<byte> packet)
    {
        var header = (packet[0] & 0x0f) * 4;
        if (packet.Length > header && packet[header] == EchoRequest)
        {
            _seen.Enqueue(new SeenProbe(
                Now, new IPAddress(packet[12..16]).ToString(), new IPAddress(packet[16..20]).ToString()));
        }
    }
}
