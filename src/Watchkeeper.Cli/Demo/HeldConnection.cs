using System.Net.Sockets;
using System.Text;

namespace Watchkeeper.Cli.Demo;

/// <summary>One connection to a VM that stays open while the watch of the VM moves.</summary>
/// <remarks>It is what a user of the VNF would notice first: a VM that was restarted closes it.</remarks>
internal sealed class HeldConnection : IDisposable
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(10);

    private readonly TcpClient _client;
    private readonly string _vm;
    private readonly TimeProvider _time;

    private HeldConnection(TcpClient client, string vm, TimeProvider time)
    {
        _client = client;
        _vm = vm;
        _time = time;
    }

    /// <summary>Requests answered over this one connection so far.</summary>
    public int Answered { get; private set; }

    /// <summary>Connects, and asks once.</summary>
    public static async Task<HeldConnection> OpenAsync(
        Vm vm, int port, TimeProvider time, CancellationToken cancellationToken)
    {
        var client = new TcpClient();
        try
        {
            await client.ConnectAsync(vm.Address, port, cancellationToken);
            var held = new HeldConnection(client, $"{vm.Vdu} at {vm.Address}:{port}", time);
            await held.AskAsync(cancellationToken);
            return held;
        }
        catch (SocketException failure)
        {
            client.Dispose();
            throw new WkException($"Can't connect to {vm.Vdu} at {vm.Address}:{port}: {failure.Message}", failure);
        }
    }

    /// <summary>Asks again over the same connection; fails when it was closed in the meantime.</summary>
    public async Task AskAsync(CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(AnswerTimeout, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            var stream = _client.GetStream();
            await stream.WriteAsync("GET / HTTP/1.1\r\nHost: vm\r\nConnection: keep-alive\r\n\r\n"u8.ToArray(), both.Token);
            await ReadAnswerAsync(stream, both.Token);
            Answered++;
        }
        catch (IOException failure)
        {
            throw new WkException($"The open connection to {_vm} broke: {failure.Message}", failure);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new WkException($"{_vm} did not answer over the open connection.");
        }
    }

    public void Dispose() => _client.Dispose();

    private static async Task ReadAnswerAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await stream.ReadExactlyAsync(one, cancellationToken);
            head.Append((char)one[0]);
        }

        var length = head.ToString().Split("\r\n")
            .Where(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))
            .Select(line => int.Parse(line["Content-Length:".Length..].Trim()))
            .FirstOrDefault();
        await stream.ReadExactlyAsync(new byte[length], cancellationToken);
    }
}
