using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Monitoring.Tests.Probes;

/// <summary>A port whose queue is full: the kernel drops whatever asks to connect, as a black hole does.</summary>
internal sealed class FullListener : IDisposable
{
    public const string Established = "01";
    public const string SynSent = "02";

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Socket _first = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public FullListener()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(0);
        Port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
        _first.Connect(IPAddress.Loopback, Port);
    }

    public int Port { get; }

    /// <summary>Sockets of this machine that try to connect to it.</summary>
    public int Connecting => Sockets(Port, SynSent);

    /// <summary>Sockets of this machine towards a port in a state of /proc/net/tcp.</summary>
    public static int Sockets(int port, string state)
    {
        var remote = $":{port.ToString("X4", CultureInfo.InvariantCulture)}";
        return File.ReadLines("/proc/net/tcp").Skip(1)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Count(fields => fields[2].EndsWith(remote, StringComparison.Ordinal) && fields[3] == state);
    }

    /// <summary>Waits until so many try.</summary>
    public async Task ConnectingAsync(int count, CancellationToken cancellationToken)
    {
        while (Connecting < count)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    /// <summary>
    /// Waits until no socket towards a port is in a state: whoever gives up need not wait for it to be closed.
    /// </summary>
    public static async Task GoneAsync(int port, string state, CancellationToken cancellationToken)
    {
        while (Sockets(port, state) > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    public void Dispose()
    {
        _first.Dispose();
        _listener.Dispose();
    }
}
