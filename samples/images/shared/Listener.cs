using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Watchkeeper.Samples;

/// <summary>Accepts connections on the VM's address until it is told to stop, and counts those that are open.</summary>
internal sealed class Listener(Func<Stream, Listener, CancellationToken, Task> converse)
{
    /// <summary>Connections at the same time; more are closed at once.</summary>
    private const int MostConnections = 256;

    private int _connections;

    /// <summary>What tests compare before and after a migration, as JSON.</summary>
    public string Status
    {
        get
        {
            using var self = Process.GetCurrentProcess();
            var started = self.StartTime.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'");
            return $$"""{"pid":{{self.Id}},"startedAt":"{{started}}","connections":{{_connections}}}""";
        }
    }

    /// <summary>Runs until SIGTERM or SIGINT.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(int defaultPort)
    {
        var address = Environment.GetEnvironmentVariable("VM_ADDRESS") ?? "127.0.0.1";
        var port = Environment.GetEnvironmentVariable("PORT") ?? $"{defaultPort}";
        if (!IPAddress.TryParse(address, out var ip) || !ushort.TryParse(port, out var number))
        {
            await Console.Error.WriteLineAsync($"VM_ADDRESS '{address}' or PORT '{port}' is wrong");
            return 2;
        }

        using var stop = new CancellationTokenSource();
        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }

        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var listener = new TcpListener(ip, number);
        try
        {
            listener.Start(MostConnections);
            Console.WriteLine($"listening on {ip}:{number}");
            await AcceptAsync(listener, stop.Token);
            return 0;
        }
        catch (SocketException exception)
        {
            await Console.Error.WriteLineAsync($"{ip}:{number}: {exception.SocketErrorCode}");
            return 1;
        }
    }

    private async Task AcceptAsync(TcpListener listener, CancellationToken stop)
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync(stop);
                if (Interlocked.Increment(ref _connections) > MostConnections)
                {
                    client.Dispose();
                    Interlocked.Decrement(ref _connections);
                    continue;
                }

                // Each connection ends by itself, or with the process.
                _ = ServeAsync(client, stop);
            }
        }
        catch (OperationCanceledException)
        {
            // Told to stop.
        }
    }

    private async Task ServeAsync(TcpClient client, CancellationToken stop)
    {
        try
        {
            using (client)
            {
                await converse(client.GetStream(), this, stop);
            }
        }
        catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException)
        {
            // The peer went away, as a probe does.
        }
        finally
        {
            Interlocked.Decrement(ref _connections);
        }
    }
}
