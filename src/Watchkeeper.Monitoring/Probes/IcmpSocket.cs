using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Watchkeeper.Monitoring.Probes;

/// <summary>
/// Asks any number of targets over one shared socket: its cost does not grow with the number of silent ones.
/// </summary>
/// <remarks>
/// DGRAM ICMP needs no privilege but a `ping_group_range`; RAW needs CAP_NET_RAW; with neither the socket says that
/// it is
/// unavailable, and every answer is Unknown with that reason. Nothing is allocated per probe. Requests are sent by the
/// caller's thread and never block; replies are read by one thread of its own, the seam that is allowed to have one.
/// </remarks>
internal sealed partial class IcmpSocket : IDisposable
{
    private const int MsgDontWait = 0x40;
    private const int SolRaw = 255;
    private const int IcmpFilter = 1;
    private const int ReceiveBuffer = 4 * 1024 * 1024;

    // How long the receiver sleeps at most before it looks whether it is to stop.
    private const int ReceiveTimeoutMilliseconds = 200;

    private readonly AddressFamily _family;
    private readonly EchoToken _token = EchoToken.Secret();
    private readonly Socket? _socket;
    private readonly bool _hasIpHeader;

    private IcmpSocket(AddressFamily family, Socket? socket, bool isRaw, string? unavailable)
    {
        _family = family;
        _socket = socket;
        _hasIpHeader = isRaw && family == AddressFamily.InterNetwork;
        Kind = socket is null ? "none" : isRaw ? "RAW" : "DGRAM";
        Unavailable = unavailable;
    }

    /// <summary>Why no probe can be sent; null when it can.</summary>
    public string? Unavailable { get; }

    /// <summary>DGRAM, RAW or none.</summary>
    public string Kind { get; }

    /// <summary>Opens the socket for one family; it never throws, but may be unavailable.</summary>
    /// <param name="family">IPv4 or IPv6.</param>
    /// <param name="source">The address that probes come from; null lets the kernel choose.</param>
    public static IcmpSocket Open(AddressFamily family, IPAddress? source)
    {
        if (source is not null && source.AddressFamily != family)
        {
            const string mismatch = "ICMP unavailable: the source address is of the other family";
            return new(family, null, isRaw: false, mismatch);
        }

        if (TryOpen(family, SocketType.Dgram, source, out var socket, out _))
        {
            return new(family, socket, isRaw: false, null);
        }

        return TryOpen(family, SocketType.Raw, source, out socket, out var reason)
            ? new(family, socket, isRaw: true, null)
            : new(family, null, isRaw: false, $"ICMP unavailable: {reason}");
    }

    /// <summary>Sends one echo request; an answer comes back at once only when it could not be sent.</summary>
    public void Ask(in ProbeQuestion question, IProbeListener listener)
    {
        if (_socket is null)
        {
            listener.Answered(question.Slot, question.Generation, ProbeAnswer.Unknown(Unavailable!));
            return;
        }

        Span<byte> packet = stackalloc byte[IcmpPacket.Length];
        var raw = question.Endpoint.Raw;
        var target = raw.Buffer.Span[..raw.Size];
        IcmpPacket.Write(
            packet, _family, _token, RawAddress.In(target, _family), question.Slot, question.Generation);
        var sent = SendTo(_socket.SafeHandle, packet, packet.Length, MsgDontWait, target, target.Length);
        if (sent < 0)
        {
            // P/Invoke instead of Socket.SendTo: in an outage thousands of sends fail, and each would be an exception.
            var answer = SocketTrouble.ReadSend(Marshal.GetLastPInvokeError());
            listener.Answered(question.Slot, question.Generation, answer);
        }
    }

    /// <summary>Reads replies on a thread of its own until it is cancelled.</summary>
    public async Task RunAsync(IProbeListener listener, CancellationToken cancellationToken)
    {
        if (_socket is null)
        {
            return;
        }

        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
#pragma warning disable RS0030 // The probing engine's socket seam: a blocking receive needs a thread of its own.
        var thread = new Thread(() => Receive(listener, ended, cancellationToken))
        {
            IsBackground = true,
            Name = $"icmp-receive-{_family}",
        };
#pragma warning restore RS0030
        thread.Start();
        await ended.Task;
    }

    /// <inheritdoc />
    public void Dispose() => _socket?.Dispose();

    private static bool TryOpen(
        AddressFamily family, SocketType type, IPAddress? source, out Socket? socket, out string? reason)
    {
        socket = null;
        reason = null;
        var isIp4 = family == AddressFamily.InterNetwork;
        try
        {
            socket = new Socket(family, type, isIp4 ? ProtocolType.Icmp : ProtocolType.IcmpV6);
            socket.ReceiveTimeout = ReceiveTimeoutMilliseconds;
            socket.ReceiveBufferSize = ReceiveBuffer;
            if (type == SocketType.Raw && isIp4)
            {
                // The kernel drops all but echo replies (bit 0): a RAW socket hears its own requests on loopback, too.
                Span<byte> filter = stackalloc byte[sizeof(uint)];
                MemoryMarshal.Write(filter, ~1u);
                socket.SetRawSocketOption(SolRaw, IcmpFilter, filter);
            }

            if (source is not null)
            {
                socket.Bind(new IPEndPoint(source, 0));
            }

            return true;
        }
        catch (SocketException error)
        {
            socket?.Dispose();
            socket = null;
            reason = error.SocketErrorCode == SocketError.AccessDenied
                ? "neither CAP_NET_RAW nor a place in net.ipv4.ping_group_range"
                : error.Message;
            return false;
        }
    }

    private void Receive(IProbeListener listener, TaskCompletionSource ended, CancellationToken cancellationToken)
    {
        Span<byte> heard = stackalloc byte[2048];
        Span<byte> from = stackalloc byte[RawAddress.Longest];
        try
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                // A time-out and the errors of single packets (ICMP errors in return) end this round, not the receiver.
                // P/Invoke here as well: Socket.ReceiveFrom has no overload that does not throw at each time-out.
                var size = from.Length;
                var length = ReceiveFrom(_socket!.SafeHandle, heard, heard.Length, 0, from, ref size);
                var sender = RawAddress.In(from[..Math.Clamp(size, 0, from.Length)], _family);
                if (length > 0 && IcmpPacket.TryRead(
                    heard[..(int)length], _family, _hasIpHeader, _token, sender, out var slot, out var generation))
                {
                    listener.Answered(slot, generation, ProbeAnswer.Alive);
                }
            }

            ended.TrySetResult();
        }
        catch (ObjectDisposedException)
        {
            ended.TrySetResult();
        }
    }

    [LibraryImport("libc", EntryPoint = "sendto", SetLastError = true)]
    private static partial nint SendTo(
        SafeSocketHandle socket, ReadOnlySpan<byte> packet, nint length, int flags,
        ReadOnlySpan<byte> address, int size);

    [LibraryImport("libc", EntryPoint = "recvfrom", SetLastError = true)]
    private static partial nint ReceiveFrom(
        SafeSocketHandle socket, Span<byte> packet, nint length, int flags, Span<byte> address, ref int size);
}
