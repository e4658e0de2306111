using System.Text.Json;
using Watchkeeper.Server.Sol003;

namespace Watchkeeper.Server.Subscriptions;

/// <summary>Of which alarms a subscriber wants to be told (SOL003 <c>FmNotificationsFilter</c>). Null does not
/// restrict.</summary>
internal sealed record AlarmFilter(
    InstanceFilter? Instances,
    ImmutableArray<string>? NotificationTypes,
    ImmutableArray<string>? FaultyResourceTypes,
    ImmutableArray<string>? PerceivedSeverities,
    ImmutableArray<string>? EventTypes,
    ImmutableArray<string>? ProbableCauses)
{
    /// <summary>The type of a faulty resource that is a VM.</summary>
    public const string Compute = "COMPUTE";

    /// <summary>Reads a stored filter, which was checked when it came.</summary>
    public static AlarmFilter Of(JsonElement? stored) =>
        stored is { } filter ? Read(new Attributes(filter)) : new(null, null, null, null, null, null);

    /// <summary>Reads a filter, and notes what is wrong with it.</summary>
    public static AlarmFilter Read(Attributes attributes) => new(
        attributes.Object("vnfInstanceSubscriptionFilter") is { } instances ? InstanceFilter.Read(instances) : null,
        SubscriptionFilter.Known(attributes, "notificationTypes", Notifications.NotificationTypes.OfAlarms),
        SubscriptionFilter.Known(attributes, "faultyResourceTypes", [Compute, "STORAGE", "NETWORK"]),
        SubscriptionFilter.Known(
            attributes,
            "perceivedSeverities",
            ["CRITICAL", "MAJOR", "MINOR", "WARNING", "INDETERMINATE", "CLEARED"]),
        SubscriptionFilter.Known(
            attributes,
            "eventTypes",
            [
                "COMMUNICATIONS_ALARM", "PROCESSING_ERROR_ALARM", "ENVIRONMENTAL_ALARM", "QOS_ALARM",
                "EQUIPMENT_ALARM",
            ]),
        attributes.Texts("probableCauses", SubscriptionFilter.MostEntries));
}
