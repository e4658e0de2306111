using System.Net;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace EndToEnd.Harness;

/// <summary>A subscriber with a real socket: takes notifications in the order in which they come.</summary>
internal sealed class CallbackListener : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Channel<JsonElement> _notifications = Channel.CreateUnbounded<JsonElement>();
    private readonly Channel<JsonElement> _refused = Channel.CreateUnbounded<JsonElement>();
    private volatile Func<JsonElement, bool> _isRefused = _ => false;

    private CallbackListener(WebApplication app) => _app = app;

    /// <summary>The callbackUri.</summary>
    public Uri Address => new(_app.Urls.First() + "/notify");

    public static async Task<CallbackListener> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var listener = new CallbackListener(builder.Build());
        listener._app.MapGet("/notify", () => Results.NoContent());
        listener._app.MapPost("/notify", listener.TakeAsync);
        await listener._app.StartAsync(TestContext.Current.CancellationToken);
        return listener;
    }

    /// <summary>From now on notifications are refused, as by a subscriber in trouble.</summary>
    public void Refuse() => _isRefused = _ => true;

    /// <summary>From now on some notifications are refused.</summary>
    public void Refuse(Func<JsonElement, bool> isRefused) => _isRefused = isRefused;

    /// <summary>From now on notifications are taken again.</summary>
    public void Accept() => _isRefused = _ => false;

    /// <summary>The next notification that was refused.</summary>
    public Task<JsonElement> NextRefusedAsync(string what) =>
        _refused.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WithinLimitAsync(what);

    /// <summary>The next notification that was taken.</summary>
    public Task<JsonElement> NextAsync(string what) =>
        _notifications.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WithinLimitAsync(what);

    /// <summary>The notifications of an operation up to the one of a state.</summary>
    public async Task<ImmutableArray<JsonElement>> UntilAsync(string operation, string state)
    {
        var seen = ImmutableArray.CreateBuilder<JsonElement>();
        while (true)
        {
            var next = await NextAsync($"the notification of {state} of {operation}");
            if (next.Text("vnfLcmOpOccId") != operation)
            {
                continue;
            }

            seen.Add(next);
            if (next.Text("operationState") == state)
            {
                return seen.ToImmutable();
            }
        }
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task<IResult> TakeAsync(HttpRequest request)
    {
        var body = await JsonSerializer.DeserializeAsync<JsonElement>(request.Body);
        var isRefused = _isRefused(body);
        (isRefused ? _refused : _notifications).Writer.TryWrite(body);
        return isRefused ? Results.StatusCode(StatusCodes.Status503ServiceUnavailable) : Results.NoContent();
    }
}
