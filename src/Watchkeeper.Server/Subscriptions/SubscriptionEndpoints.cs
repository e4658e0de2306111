using Watchkeeper.Server.Sol003;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Subscriptions;

/// <summary>
/// The resources <c>subscriptions</c> and <c>subscriptions/{id}</c> of each API (SOL003 5.4.18, 5.4.19, 7.4.4, 7.4.5).
/// </summary>
internal static class SubscriptionEndpoints
{
    public static IServiceCollection AddSubscriptions(this IServiceCollection services) =>
        services.AddSingleton<SubscriptionRegister>();

    public static void MapSubscriptions(this IEndpointRouteBuilder routes)
    {
        var lifecycle = routes.MapGroup(Links.Api + "/subscriptions").WithTags("Subscriptions");
        lifecycle.MapPost("", Creating(SubscriptionKind.Lifecycle))
            .DescribeBody<SubscriptionRequestShape>()
            .DescribeCreation("Subscribes to lifecycle notifications, once the callback has answered a test");
        MapOthers(lifecycle, SubscriptionKind.Lifecycle);

        var faults = routes.MapGroup(Links.FaultApi + "/subscriptions").WithTags("Alarm subscriptions");
        faults.MapPost("", Creating(SubscriptionKind.Faults))
            .DescribeBody<AlarmSubscriptionRequestShape>()
            .DescribeCreation("Subscribes to alarms, once the callback has answered a test");
        MapOthers(faults, SubscriptionKind.Faults);
    }

    private static void DescribeCreation(this RouteHandlerBuilder route, string summary) => route
        .WithQuery()
        .WithSummary(summary)
        .Produces<SubscriptionResponse>(201)
        .ProducesProblem(422);

    private static void MapOthers(RouteGroupBuilder all, SubscriptionKind kind)
    {
        all.MapGet("", (HttpContext context, Store store, Links links, PageLimits limits) =>
                ListAsync(context, kind, store, links, limits))
            .WithQuery(Collections.Parameters)
            .WithSummary("The subscriptions, filtered and paged")
            .Produces<SubscriptionResponse[]>();
        all.MapGet("{subscriptionId}", (HttpContext context, string subscriptionId, Store store, Links links) =>
                GetAsync(context, kind, subscriptionId, store, links))
            .WithQuery()
            .WithSummary("One subscription")
            .Produces<SubscriptionResponse>()
            .ProducesProblem(404);
        all.MapDelete("{subscriptionId}", (HttpContext context, string subscriptionId, SubscriptionRegister register) =>
                DeleteAsync(context, kind, subscriptionId, register))
            .WithQuery()
            .WithSummary("Ends a subscription and its deliveries")
            .Produces(204)
            .ProducesProblem(404);
    }

    private static Func<HttpContext, SubscriptionRegister, Links, Task<IResult>> Creating(SubscriptionKind kind) =>
        (context, register, links) => CreateAsync(context, kind, register, links);

    private static async Task<IResult> CreateAsync(
        HttpContext context, SubscriptionKind kind, SubscriptionRegister register, Links links)
    {
        var reading = await JsonBody.ReadAsync(context.Request, context.RequestAborted);
        if (reading.Fault is { } unreadable)
        {
            return Problems.Of(unreadable);
        }

        var (request, fault) = SubscriptionRequest.Read(reading.Body, kind);
        if (fault is not null)
        {
            return Problems.Of(fault);
        }

        switch (await register.CreateAsync(request, context.RequestAborted))
        {
            case Subscribing.Refused refused:
                return Problems.Of(refused.Fault);
            case Subscribing.Made made:
                context.Response.Headers.Location = links.Subscription(made.Subscription);
                return Results.Json(
                    SubscriptionResponse.Of(made.Subscription, links),
                    SubscriptionsJson.Default.SubscriptionResponse,
                    statusCode: 201);
            case var subscribing:
                throw new InvalidOperationException($"Unknown answer {subscribing}.");
        }
    }

    private static Task<IResult> ListAsync(
        HttpContext context, SubscriptionKind kind, Store store, Links links, PageLimits limits)
    {
        var collection = new Collection<SubscriptionRow, SubscriptionResponse>
        {
            Uri = links.Subscriptions(kind),
            Fetch = async (after, count, cancellationToken) =>
            [
                .. (await store.SubscriptionsAsync(cancellationToken))
                    .Where(row => row.Kind == kind)
                    .OrderBy(row => row.Id.ToString("D"), StringComparer.Ordinal)
                    .Where(row => after is not { } id
                        || string.CompareOrdinal(row.Id.ToString("D"), id.ToString("D")) > 0)
                    .Take(count),
            ],
            IdOf = row => row.Id,
            Represent = (rows, _, _) => Task.FromResult<ImmutableArray<SubscriptionResponse>>(
                [.. rows.Select(row => SubscriptionResponse.Of(row, links))]),
            WithoutDefaultExclusions = full => full,
            Shape = SubscriptionsJson.Default.SubscriptionResponse,
        };
        return Collections.AnswerAsync(context, collection, limits);
    }

    private static async Task<IResult> GetAsync(
        HttpContext context, SubscriptionKind kind, string subscriptionId, Store store, Links links) =>
        Ids.TryRead(subscriptionId, out var id)
        && await store.FindSubscriptionAsync(id, context.RequestAborted) is { } row
        && row.Kind == kind
            ? Results.Json(SubscriptionResponse.Of(row, links), SubscriptionsJson.Default.SubscriptionResponse)
            : Problems.Of(RequestFaults.NotFound("subscription"));

    private static async Task<IResult> DeleteAsync(
        HttpContext context, SubscriptionKind kind, string subscriptionId, SubscriptionRegister register) =>
        Ids.TryRead(subscriptionId, out var id) && await register.DeleteAsync(id, kind, context.RequestAborted)
            ? Results.NoContent()
            : Problems.Of(RequestFaults.NotFound("subscription"));
}
