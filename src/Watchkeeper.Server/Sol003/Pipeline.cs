using System.Diagnostics;
using Watchkeeper.Lifecycle.Faults;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Sol003;

/// <summary>What every HTTP request goes through before its resource is asked, and what becomes of bare
/// answers.</summary>
internal sealed partial class Pipeline(ILogger<Pipeline> logger, ApiRoot root, AuditLog audit)
{
    public async Task AuditAsync(HttpContext context, RequestDelegate next)
    {
        await next(context);
        audit.Answered(context);
    }

    /// <summary>Turns what was thrown, and bare error statuses of the framework, into problem bodies.</summary>
    public async Task ExplainAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client went away: nobody reads an answer, and the audit line shows that there was none.
            if (!context.Response.HasStarted)
            {
                context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            }

            return;
        }
        catch (Exception unexpected) when (!context.Response.HasStarted)
        {
            // One of the three named places that may catch everything: the request pipeline.
            var version = context.Response.Headers[Versions.Header];
            context.Response.Clear();
            context.Response.Headers[Versions.Header] = version;
            await Problems.WriteAsync(context, Explain(unexpected));
            return;
        }

        if (context.Response is { HasStarted: false, StatusCode: >= 400, ContentType: null, ContentLength: null or 0 })
        {
            await Problems.WriteAsync(context, RequestFaults.Bare(context.Response.StatusCode));
        }
    }

    public Task GuardAsync(HttpContext context, RequestDelegate next)
    {
        // Every answer has it, also those that are given before the request's own is looked at.
        if (Versions.ApiOf(context.Request.Path) is { } api)
        {
            context.Response.Headers[Versions.Header] = api.Newest;
        }

        return RequestGuard.Objection(context.Request, context.Connection.LocalIpAddress, root) is { } objection
            ? Problems.WriteAsync(context, RequestFaults.Foreign(objection))
            : next(context);
    }

    public static Task VersionAsync(HttpContext context, RequestDelegate next)
    {
        if (Versions.ApiOf(context.Request.Path) is not { } api)
        {
            return next(context);
        }

        var sent = context.Request.Headers[Versions.Header];
        var isServed = Versions.TryChoose(api, sent, out var version, out var fault);
        context.Response.Headers[Versions.Header] = version;
        return isServed ? next(context) : Problems.WriteAsync(context, fault!);
    }

    /// <summary>Runs after routing: the resource that was found says what media types it has.</summary>
    public static Task AcceptAsync(HttpContext context, RequestDelegate next) =>
        Versions.ApiOf(context.Request.Path) is not null
        && !Accepts.Allow(context.Request, context.GetEndpoint()?.Metadata.GetMetadata<MediaTypes>())
            ? Problems.WriteAsync(context, RequestFaults.NotAcceptable)
            : next(context);

    private Fault Explain(Exception unexpected)
    {
        switch (unexpected)
        {
            case BadHttpRequestException bad:
                return RequestFaults.Bare(bad.StatusCode);
            case StoreUnavailableException:
                // Why is said once by the writer, and each request that changes something has its audit line.
                LogStoreUnavailable(unexpected.Message);
                return RequestFaults.StoreUnavailable;
            default:
                var reference = ActivityTraceId.CreateRandom().ToHexString();
                LogUnexpected(unexpected, reference);
                return RequestFaults.Unexpected(reference);
        }
    }

    [LoggerMessage(LogLevel.Error, "A request failed unexpectedly, reference {Reference}")]
    private partial void LogUnexpected(Exception exception, string reference);

    [LoggerMessage(LogLevel.Debug, "A request was refused: {Why}")]
    private partial void LogStoreUnavailable(string why);
}
