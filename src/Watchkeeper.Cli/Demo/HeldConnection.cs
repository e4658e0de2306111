using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;
using Watchkeeper.Cli.Api;

namespace Watchkeeper.Cli.Demo;

/// <summary>One connection to a VM that stays open while the watch of the VM moves.</summary>
/// <remarks>It is what a user of the VNF would notice first: a VM that was restarted closes it.</remarks>
internal sealed class HeldConnection : IDisposable
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(10);

    private readonly TcpClient _client;
    private readonly StreamReader _reader;
    private readonly DemoSample _sample;
    private readonly string _vm;
    private readonly TimeProvider _time;
    private string? _first;

    private HeldConnection(TcpClient client, DemoSample sample, Vm vm, TimeProvider time)
    {
        _client = client;
        _reader = new StreamReader(client.GetStream(), leaveOpen: true);
        _sample = sample;
        _vm = $"{vm.Vdu} at {vm.Address}:{sample.Port}";
        _time = time;
    }

    /// <summary>Questions answered over this one connection so far.</summary>
    public int Answered { get; private set; }

    /// <summary>Connects, and asks once.</summary>
    public static async Task<HeldConnection> OpenAsync(
        DemoSample sample, Vm vm, TimeProvider time, CancellationToken cancellationToken)
    {
        var client = new TcpClient();
        try
        {
            await client.ConnectAsync(vm.Address, sample.Port, cancellationToken);
            var held = new HeldConnection(client, sample, vm, time);
            await held.AskAsync(cancellationToken);
            return held;
        }
        catch (SocketException failure)
        {
            client.Dispose();
            throw new WkException(
                $"Can't connect to {vm.Vdu} at {vm.Address}:{sample.Port}: {failure.Message}", failure);
        }
    }

    /// <summary>Asks again over the same connection; fails when it is closed, or another process answers.</summary>
    public async Task AskAsync(CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(AnswerTimeout, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            var question = _sample.IsHttp ? "GET /status HTTP/1.1\r\nHost: vm\r\n\r\n"u8 : "status\n"u8;
            await _client.GetStream().WriteAsync(question.ToArray(), both.Token);
            DemandSame(await AnswerAsync(both.Token));
            Answered++;
        }
        catch (Exception failure) when (failure is IOException or JsonException)
        {
            throw new WkException($"The open connection to {_vm} broke: {failure.Message}", failure);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new WkException($"{_vm} did not answer over the open connection.");
        }
    }

    public void Dispose()
    {
        _reader.Dispose();
        _client.Dispose();
    }

    private async Task<JsonElement> AnswerAsync(CancellationToken cancellationToken)
    {
        if (!_sample.IsHttp)
        {
            return JsonElement.Parse(await LineAsync(cancellationToken));
        }

        var length = 0;
        while (await LineAsync(cancellationToken) is { Length: > 0 } line)
        {
            if (line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))
            {
                length = int.Parse(line["Content-Length:".Length..], CultureInfo.InvariantCulture);
            }
        }

        var body = new char[length];
        return await _reader.ReadBlockAsync(body, cancellationToken) == length
            ? JsonElement.Parse(body)
            : throw new IOException("closed by the VM");
    }

    private async Task<string> LineAsync(CancellationToken cancellationToken) =>
        await _reader.ReadLineAsync(cancellationToken) ?? throw new IOException("closed by the VM");

    private void DemandSame(JsonElement status)
    {
        var who = $"process {status.Text("pid")} started at {status.Text("startedAt")}";
        _first ??= who;
        if (who != _first)
        {
            throw new WkException($"{_vm} was {_first} and is {who}.");
        }
    }
}
