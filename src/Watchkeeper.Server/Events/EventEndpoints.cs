using System.Globalization;
using Watchkeeper.Lifecycle.Faults;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Server.Sol003;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Events;

/// <summary>The extension resource <c>ext/events</c>: what the core did and saw, as a list and as a live
/// stream.</summary>
internal static class EventEndpoints
{
    /// <summary>The most events in one answer.</summary>
    public const int Most = 1000;

    private static readonly Fault TooManyStreams = new(
        "faults/too-many-streams", "There are too many streams", 503,
        $"{EventStreams.Most} event streams are open, which is the most that are served.");

    public static IServiceCollection AddEvents(this IServiceCollection services) =>
        services.AddSingleton<EventStreams>();

    public static void MapEvents(this IEndpointRouteBuilder routes) =>
        routes.MapGet(Links.Api + "/ext/events", GetAsync)
            .WithQuery("after", "vnfInstanceId")
            .WithMetadata(new MediaTypes("application/json", EventStreams.MediaType))
            .WithTags("Extensions")
            .WithSummary("Core events after an id, oldest first; with Accept: text/event-stream as they happen")
            .Produces<EventResponse[]>();

    private static async Task<IResult> GetAsync(HttpContext context, Store store, EventStreams streams)
    {
        var query = context.Request.Query;
        var afterText = query["after"].FirstOrDefault();
        if (!TryReadId(afterText, out var after))
        {
            return Problems.Of(RequestFaults.BadQuery("after is the id of an event, a number."));
        }

        VnfInstanceId? vnfInstanceId = null;
        if (query["vnfInstanceId"].FirstOrDefault() is { } text)
        {
            if (!Ids.TryRead(text, out var id))
            {
                return Problems.Of(RequestFaults.BadQuery("vnfInstanceId is not the id of a VNF instance."));
            }

            vnfInstanceId = new VnfInstanceId(id);
        }

        if (!Accepts.Names(context.Request, EventStreams.MediaType))
        {
            var events = await store.EventsAsync(after, vnfInstanceId, Most, context.RequestAborted);
            return Results.Json([.. events.Select(EventResponse.Of)], EventsJson.Default.EventResponseArray);
        }

        // A reader that comes back says where it was (WHATWG server-sent events); what it says is newer than its URI.
        if (context.Request.Headers["Last-Event-ID"].FirstOrDefault() is { } last && !TryReadId(last, out after))
        {
            return Problems.Of(RequestFaults.BadQuery("Last-Event-ID is the id of an event, a number."));
        }

        if (!streams.TryOpen())
        {
            return Problems.Of(TooManyStreams);
        }

        await streams.RunAsync(context, after, vnfInstanceId);
        return Results.Empty;
    }

    private static bool TryReadId(string? text, out long id)
    {
        id = 0;
        return text is null || long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out id);
    }
}
