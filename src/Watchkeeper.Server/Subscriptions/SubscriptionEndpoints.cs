using Watchkeeper.Server.Sol003;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Subscriptions;

/// <summary>The resources <c>subscriptions</c> and <c>subscriptions/{id}</c> (SOL003 5.4.18 and 5.4.19).</summary>
internal static class SubscriptionEndpoints
{
    private const string Tag = "Subscriptions";

    public static IServiceCollection AddSubscriptions(this IServiceCollection services) =>
        services.AddSingleton<SubscriptionRegister>();

    public static void MapSubscriptions(this IEndpointRouteBuilder routes)
    {
        var all = routes.MapGroup(Links.Api + "/subscriptions").WithTags(Tag);
        all.MapPost("", CreateAsync)
            .WithQuery()
            .DescribeBody<SubscriptionRequestShape>()
            .WithSummary("Subscribes to lifecycle notifications, once the callback has answered a test")
            .Produces<SubscriptionResponse>(201)
            .ProducesProblem(422);
        all.MapGet("", ListAsync)
            .WithQuery(Collections.Parameters)
            .WithSummary("The subscriptions, filtered and paged")
            .Produces<SubscriptionResponse[]>();
        all.MapGet("{subscriptionId}", GetAsync)
            .WithQuery()
            .WithSummary("One subscription")
            .Produces<SubscriptionResponse>()
            .ProducesProblem(404);
        all.MapDelete("{subscriptionId}", DeleteAsync)
            .WithQuery()
            .WithSummary("Ends a subscription and its deliveries")
            .Produces(204)
            .ProducesProblem(404);
    }

    private static async Task<IResult> CreateAsync(HttpContext context, SubscriptionRegister register, Links links)
    {
        var reading = await JsonBody.ReadAsync(context.Request, context.RequestAborted);
        if (reading.Fault is { } unreadable)
        {
            return Problems.Of(unreadable);
        }

        var (request, fault) = SubscriptionRequest.Read(reading.Body);
        if (fault is not null)
        {
            return Problems.Of(fault);
        }

        switch (await register.CreateAsync(request, context.RequestAborted))
        {
            case Subscribing.Refused refused:
                return Problems.Of(refused.Fault);
            case Subscribing.Made made:
                context.Response.Headers.Location = links.Subscription(made.Subscription.Id);
                return Results.Json(
                    SubscriptionResponse.Of(made.Subscription, links),
                    SubscriptionsJson.Default.SubscriptionResponse,
                    statusCode: 201);
            case var subscribing:
                throw new InvalidOperationException($"Unknown answer {subscribing}.");
        }
    }

    private static Task<IResult> ListAsync(HttpContext context, Store store, Links links, PageLimits limits)
    {
        var collection = new Collection<SubscriptionRow, SubscriptionResponse>
        {
            Uri = links.ApiUri + "/subscriptions",
            Fetch = async (after, count, cancellationToken) =>
            [
                .. (await store.SubscriptionsAsync(cancellationToken))
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

    private static async Task<IResult> GetAsync(HttpContext context, string subscriptionId, Store store, Links links) =>
        Ids.TryRead(subscriptionId, out var id)
        && await store.FindSubscriptionAsync(id, context.RequestAborted) is { } row
            ? Results.Json(SubscriptionResponse.Of(row, links), SubscriptionsJson.Default.SubscriptionResponse)
            : Problems.Of(RequestFaults.NotFound("subscription"));

    private static async Task<IResult> DeleteAsync(
        HttpContext context, string subscriptionId, SubscriptionRegister register) =>
        Ids.TryRead(subscriptionId, out var id) && await register.DeleteAsync(id, context.RequestAborted)
            ? Results.NoContent()
            : Problems.Of(RequestFaults.NotFound("subscription"));
}
