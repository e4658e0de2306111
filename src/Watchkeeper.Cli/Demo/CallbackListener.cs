using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Watchkeeper.Cli.Api;

namespace Watchkeeper.Cli.Demo;

/// <summary>A subscriber: takes notifications over HTTP, shows them, and remembers what ended how.</summary>
internal sealed class CallbackListener : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly Action<string> _tell;
    private readonly Dictionary<string, string> _states = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private Task _loop = Task.CompletedTask;

    private CallbackListener(Uri address, Action<string> tell)
    {
        Address = address;
        _tell = tell;
        _listener.Prefixes.Add(address.AbsoluteUri);
    }

    /// <summary>The callback's address.</summary>
    public Uri Address { get; }

    /// <summary>Listens on a free port of the loopback.</summary>
    public static CallbackListener Start(Action<string> tell)
    {
        var listener = new CallbackListener(new Uri($"http://127.0.0.1:{FreePort.Find()}/notify/"), tell);
        listener._listener.Start();
        listener._loop = listener.ListenAsync();
        return listener;
    }

    /// <summary>The last state that was notified of an operation; empty when none was.</summary>
    public string StateOf(string operation)
    {
        lock (_lock)
        {
            return _states.GetValueOrDefault(operation, "");
        }
    }

    public async ValueTask DisposeAsync()
    {
        // Closing alone does not always wake who waits for the next request (seen once, in a race with a notification).
        await _ending.CancelAsync();
        await _loop;
        _listener.Close();
        _ending.Dispose();
    }

    private async Task ListenAsync()
    {
        while (!_ending.IsCancellationRequested)
        {
            try
            {
                await AnswerAsync(await _listener.GetContextAsync().WaitAsync(_ending.Token), _ending.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception broken) when (broken is IOException or SocketException or HttpListenerException)
            {
                // One connection broke; the server will deliver again.
            }
        }
    }

    private async Task AnswerAsync(HttpListenerContext context, CancellationToken cancellationToken)
    {
        if (context.Request.HttpMethod == "POST")
        {
            using var reader = new StreamReader(context.Request.InputStream);
            Take(JsonElement.Parse(await reader.ReadToEndAsync(cancellationToken)));
        }

        // 204 to the endpoint test (GET) and to every notification (SOL003 5.4.20).
        context.Response.StatusCode = (int)HttpStatusCode.NoContent;
        context.Response.Close();
    }

    private void Take(JsonElement notification)
    {
        var state = notification.Text("operationState");
        if (state.Length == 0)
        {
            _tell($"    notified: {notification.Text("notificationType")}");
            return;
        }

        lock (_lock)
        {
            _states[notification.Text("vnfLcmOpOccId")] = state;
        }

        _tell($"    notified: {notification.Text("operation")} {state}");
    }
}
