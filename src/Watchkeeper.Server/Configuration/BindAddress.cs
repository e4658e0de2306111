using System.Net;
using System.Net.Sockets;

namespace Watchkeeper.Server.Configuration;

/// <summary>
/// An address to listen on. Without authentication it must be a loopback address, unless that is lifted.
/// </summary>
/// <param name="Address">The IP address.</param>
/// <param name="Port">The port; 0 for any that is free.</param>
internal sealed record BindAddress(IPAddress Address, int Port)
{
    /// <summary>Demands that it can be listened on now, so that it is said before anything is made; whoever takes it a
    /// moment later is met when the server listens.</summary>
    /// <exception cref="ConfigurationException">It can't; the message names the setting and the reason.</exception>
    public void DemandFree(string setting)
    {
        try
        {
            using var socket = new Socket(Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(Address, Port));
        }
        catch (SocketException refused)
        {
            var why = refused.SocketErrorCode == SocketError.AddressAlreadyInUse
                ? "another program listens there"
                : refused.Message;
            throw new ConfigurationException($"{setting}: {new IPEndPoint(Address, Port)} can't be used: {why}.");
        }
    }

    /// <summary>Reads an address such as <c>http://127.0.0.1:8250</c>.</summary>
    /// <exception cref="ConfigurationException">It is not usable; the message names the setting.</exception>
    public static BindAddress Parse(string setting, string text, bool insecureBind)
    {
        var uri = new Uri(text);
        if (uri.Scheme != "http")
        {
            throw new ConfigurationException($"{setting} is '{text}': only http is served yet.");
        }

        if (uri.PathAndQuery != "/" || uri.Fragment.Length > 0)
        {
            throw new ConfigurationException($"{setting} is '{text}': nothing may stand behind the port.");
        }

        var address = uri.Host is "localhost" ? IPAddress.Loopback
            : uri.Host is "*" or "+" ? IPAddress.Any
            : IPAddress.TryParse(uri.Host.Trim('[', ']'), out var parsed) ? parsed
            : throw new ConfigurationException($"{setting} is '{text}': an IP address or localhost is wanted.");
        return IPAddress.IsLoopback(address) || insecureBind
            ? new BindAddress(address, uri.Port)
            : throw new ConfigurationException(
                $"{setting} is '{text}', which is no loopback address: nobody is authenticated yet, so the server "
                + "refuses it. security:insecureBind=true lifts this, for networks of your own.");
    }
}
