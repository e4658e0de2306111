using System.Net;
using System.Net.Sockets;
using Watchkeeper.Monitoring.Rules;

namespace Watchkeeper.Monitoring.Probes;

/// <summary>Asks whether a TCP port accepts a connection, which is closed at once.</summary>
/// <param name="source">The address that probes come from; null lets the kernel choose.</param>
internal sealed class TcpProbe(IPAddress? source) : IConnectProbe
{
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
                socket.Bind(new IPEndPoint(source, 0));
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
}
