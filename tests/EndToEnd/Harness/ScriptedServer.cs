using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace EndToEnd.Harness;

/// <summary>A request as it came.</summary>
internal sealed record Asked(string Method, string Path, string ContentType, byte[] Body)
{
    /// <summary>The body as text.</summary>
    public string Text => System.Text.Encoding.UTF8.GetString(Body);
}

/// <summary>A server that answers as a test says, so that wk can be tried against any answer.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, ConcurrentQueue<Func<HttpContext, Task>>> _answers = new();
    private readonly ConcurrentQueue<Asked> _asked = new();

    private ScriptedServer(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.First());

    /// <summary>All requests so far.</summary>
    public ImmutableArray<Asked> Asked => [.. _asked];

    public static async Task<ScriptedServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var server = new ScriptedServer(builder.Build());
        server._app.Run(server.AnswerAsync);
        await server._app.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    /// <summary>Says how a request is answered; said more than once: one after the other, the last for ever.</summary>
    /// <param name="request">For example <c>GET vnf_instances</c>, below <c>vnflcm/v2</c>.</param>
    /// <param name="status">The status.</param>
    /// <param name="body">The body.</param>
    /// <param name="headers">More headers.</param>
    public ScriptedServer When(
        string request, int status, string body = "", params (string Name, string Value)[] headers) =>
        When(request, async context =>
        {
            context.Response.StatusCode = status;
            context.Response.ContentType = status >= 400 ? "application/problem+json" : "application/json";
            foreach (var (name, value) in headers)
            {
                context.Response.Headers.Append(name, value);
            }

            if (status != StatusCodes.Status204NoContent)
            {
                await context.Response.WriteAsync(body);
            }
        });

    /// <summary>Says how a request is answered, in full.</summary>
    public ScriptedServer When(string request, Func<HttpContext, Task> answer)
    {
        _answers.GetOrAdd(request, _ => new ConcurrentQueue<Func<HttpContext, Task>>()).Enqueue(answer);
        return this;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var path = (context.Request.Path + context.Request.QueryString).Replace("/vnflcm/v2/", "").TrimStart('/');
        _asked.Enqueue(new Asked(context.Request.Method, path, context.Request.ContentType ?? "", body.ToArray()));
        if (!_answers.TryGetValue($"{context.Request.Method} {path}", out var answers)
            || !answers.TryPeek(out var answer))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            await context.Response.WriteAsync($$"""{"status":404,"detail":"no script for {{path}}"}""");
            return;
        }

        if (answers.Count > 1)
        {
            answers.TryDequeue(out _);
        }

        await answer(context);
    }
}
