using System.Text.Json;
using System.Text.Json.Serialization;
using Watchkeeper.Server.Faults;
using Watchkeeper.Server.Sol003;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Notifications;

/// <summary>A notification that an alarm was raised or changed.</summary>
internal sealed record AlarmNotification(
    string Id,
    string NotificationType,
    string SubscriptionId,
    [property: JsonConverter(typeof(UtcMilliseconds))] DateTimeOffset TimeStamp,
    AlarmResponse Alarm,
    [property: JsonPropertyName("_links")] AlarmNotificationLinks Links);

/// <summary>A notification that an alarm was cleared.</summary>
internal sealed record AlarmClearedNotification(
    string Id,
    string NotificationType,
    string SubscriptionId,
    [property: JsonConverter(typeof(UtcMilliseconds))] DateTimeOffset TimeStamp,
    string AlarmId,
    [property: JsonConverter(typeof(UtcMilliseconds))] DateTimeOffset AlarmClearedTime,
    [property: JsonPropertyName("_links")] AlarmNotificationLinks Links);

/// <summary>Links of a notification of an alarm.</summary>
internal sealed record AlarmNotificationLinks(Link Subscription, Link? Alarm);

/// <summary>Prints notifications of alarms.</summary>
internal static class AlarmBody
{
    public static byte[] Print(NotificationEntry entry, AlarmRow alarm, SubscriptionRow subscription, Links links)
    {
        var id = entry.Id.ToString("D");
        var to = subscription.Id.ToString("D");
        var subscribed = new Link(links.Subscription(subscription));
        return entry.Type == NotificationTypes.AlarmCleared
            ? JsonSerializer.SerializeToUtf8Bytes(
                new AlarmClearedNotification(
                    id, entry.Type, to, entry.At, alarm.Id.ToString("D"), entry.At,
                    new AlarmNotificationLinks(subscribed, new Link(links.Alarm(alarm.Id)))),
                AlarmNotificationsJson.Default.AlarmClearedNotification)
            : JsonSerializer.SerializeToUtf8Bytes(
                new AlarmNotification(
                    id, entry.Type, to, entry.At, AlarmResponse.Of(alarm, links),
                    new AlarmNotificationLinks(subscribed, Alarm: null)),
                AlarmNotificationsJson.Default.AlarmNotification);
    }
}

/// <summary>How notifications of alarms are printed.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(UtcMilliseconds)])]
[JsonSerializable(typeof(AlarmNotification))]
[JsonSerializable(typeof(AlarmClearedNotification))]
internal sealed partial class AlarmNotificationsJson : JsonSerializerContext;
