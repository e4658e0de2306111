using System.Text.Json;
using System.Text.Json.Serialization;
using Watchkeeper.Server.Sol003;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Subscriptions;

/// <summary>A subscription as clients see it (SOL003 <c>LccnSubscription</c>, <c>FmSubscription</c>): its
/// authentication is never returned.</summary>
/// <param name="Id">The subscription's id.</param>
/// <param name="Filter">The filter as it was sent.</param>
/// <param name="CallbackUri">Where notifications are sent.</param>
/// <param name="Verbosity">FULL or SHORT; absent where there is no choice.</param>
/// <param name="DeliveryState">Our extension: SUSPENDED while it is not served; absent while it is.</param>
/// <param name="DroppedNotifications">Our extension: how many notifications it lost; absent when none.</param>
/// <param name="Links">Where it is.</param>
internal sealed record SubscriptionResponse(
    string Id,
    JsonElement? Filter,
    string CallbackUri,
    string? Verbosity,
    string? DeliveryState,
    long? DroppedNotifications,
    [property: JsonPropertyName("_links")] SubscriptionLinks Links)
{
    public static SubscriptionResponse Of(SubscriptionRow row, Links links) => new(
        row.Id.ToString("D"),
        row.Filter,
        row.CallbackUri,
        row.Kind == SubscriptionKind.Lifecycle ? row.Verbosity : null,
        row.SuspendedAt is null ? null : "SUSPENDED",
        row.Dropped == 0 ? null : row.Dropped,
        new SubscriptionLinks(new Link(links.Subscription(row))));
}

/// <summary>Links of a subscription.</summary>
internal sealed record SubscriptionLinks(Link Self);

/// <summary>How subscriptions are printed.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SubscriptionResponse))]
internal sealed partial class SubscriptionsJson : JsonSerializerContext;
