using System.Net;
using System.Net.Sockets;

namespace Watchkeeper.Cli.Demo;

/// <summary>Finds a port that nobody listens on.</summary>
internal static class FreePort
{
    /// <summary>A port of the loopback that was free a moment ago.</summary>
    public static int Find()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
