using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Watchkeeper.Benchmarks.Fleet;

/// <summary>One ICMP echo request as it was seen on the wire.</summary>
/// <param name="At">When, on the monotonic clock.</param>
/// <param name="Source">Who asked.</param>
internal readonly record struct SeenProbe(TimeSpan At, uint Source);

/// <summary>
/// Sees every ICMP echo request on loopback, whoever sends it: the measure that no agent can colour. Needs root.
/// </summary>
internal sealed class Witness : IDisposable
{
    private const int LargestPacket = 2048;
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Raw, ProtocolType.Icmp);
    private readonly ConcurrentDictionary<uint, List<SeenProbe>> _seen = new();
    private readonly long _start = TimeProvider.System.GetTimestamp();

    public Witness()
    {
        _socket.ReceiveBufferSize = 16 << 20;
        _socket.Bind(new IPEndPoint(IPAddress.Any, 0));
    }

    /// <summary>Whether this process may see raw packets.</summary>
    public static bool IsAllowed => Environment.IsPrivilegedProcess;

    /// <summary>The time since the witness began.</summary>
    public TimeSpan Now => TimeProvider.System.GetElapsedTime(_start);

    /// <summary>The probes of one address so far, oldest first.</summary>
    public ImmutableArray<SeenProbe> Of(string address)
    {
        if (!_seen.TryGetValue(Number(address), out var probes))
        {
            return [];
        }

        lock (probes)
        {
            return [.. probes];
        }
    }

    /// <summary>An address as a number, to compare sources with.</summary>
    public static uint Number(string address) =>
        BinaryPrimitives.ReadUInt32BigEndian(IPAddress.Parse(address).GetAddressBytes());

    /// <summary>Watches until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var packet = new byte[LargestPacket];
        while (!cancellationToken.IsCancellationRequested)
        {
            int length;
            try
            {
                length = await _socket.ReceiveAsync(packet, SocketFlags.None, cancellationToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            Note(packet.AsSpan(0, length));
        }
    }

    public void Dispose() => _socket.Dispose();

    private void Note(ReadOnlySpan<byte> packet)
    {
        const int echoRequest = 8;
        var header = (packet[0] & 0x0f) * 4;
        if (packet.Length <= header || packet[header] != echoRequest)
        {
            return;
        }

        var source = BinaryPrimitives.ReadUInt32BigEndian(packet[12..]);
        var target = BinaryPrimitives.ReadUInt32BigEndian(packet[16..]);
        var probes = _seen.GetOrAdd(target, _ => []);
        lock (probes)
        {
            probes.Add(new SeenProbe(Now, source));
        }
    }
}
