using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace EndToEnd.Harness;

/// <summary>Finds a port of the loopback that nobody listens on.</summary>
internal static class FreePort
{
    // Below the range from which the kernel takes ports for outgoing connections (ip_local_port_range, from 32768): a
    // port of that range may be taken in the moment between being found free and being listened on.
    private const int First = 20_000;
    private const int End = 32_000;

    /// <summary>A port that was free a moment ago.</summary>
    public static int Find()
    {
        while (true)
        {
            var port = RandomNumberGenerator.GetInt32(First, End);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken: there are thousands of others.
            }
        }
    }
}
