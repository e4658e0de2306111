using System.Net;
using System.Net.Sockets;
using Watchkeeper.Monitoring.Rules;

namespace Watchkeeper.Monitoring.Probes;

/// <summary>Asks whether a TCP port accepts a connection, which is closed at once.</summary>
/// <param name="source">The address that probes come from; null lets the kernel choose.</param>
internal sealed class TcpProbe(IPAddress? source) : IConnectProbe
{
    // IPPROTO_IP and IP_BIND_ADDRESS_NO_PORT of Linux.
    private const int IpLevel = 0;
    private const int IpBindAddressNoPort = 24;

    /// <inheritdoc />
    public async ValueTask<ProbeAnswer> AskAsync(IPAddress address, Kpi kpi, CancellationToken cancellationToken)
    {
        try
        {
            using var socket = await ConnectAsync(new IPEndPoint(address, kpi.Port), source, cancellationToken);
            return ProbeAnswer.Alive;
        }
        catch (SocketException error)
        {
            return SocketTrouble.Read(error.SocketErrorCode);
        }
    }

    /// <summary>Connects from the source address, if the target is of its family.</summary>
    public static async ValueTask<Socket> ConnectAsync(
        IPEndPoint target, IPAddress? source, CancellationToken cancellationToken)
    {
        var socket = new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            if (source?.AddressFamily == target.AddressFamily)
            {
                BindWithoutPort(socket, source);
            }

            await socket.ConnectAsync(target, cancellationToken);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Binds to the source address and leaves the choice of the port to the connect.</summary>
    /// <remarks>
    /// A port taken at bind is one of some 28,000 for all targets together, and stays taken for a minute after its
    /// connection; taken at connect, the same port serves different targets.
    /// </remarks>
    internal static void BindWithoutPort(Socket socket, IPAddress source)
    {
        if (OperatingSystem.IsLinux() && source.AddressFamily == AddressFamily.InterNetwork)
        {
            socket.SetRawSocketOption(IpLevel, IpBindAddressNoPort, BitConverter.GetBytes(1));
        }

        socket.Bind(new IPEndPoint(source, 0));
    }
}
