using System.Text.Json;
using System.Text.Json.Serialization;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Engine;
using Watchkeeper.Server.OperationOccurrences;
using Watchkeeper.Server.Sol003;
using Watchkeeper.Server.Storage;
using Watchkeeper.Server.Subscriptions;

namespace Watchkeeper.Server.Notifications;

/// <summary>A notification of an operation, with the members in the order in which the source document prints
/// them.</summary>
internal sealed record OccurrenceNotification(
    string VnfInstanceId,
    [property: JsonConverter(typeof(UtcMilliseconds))] DateTimeOffset TimeStamp,
    bool IsAutomaticInvocation,
    string NotificationType,
    string OperationState,
    string NotificationStatus,
    string VnfLcmOpOccId,
    [property: JsonPropertyName("_links")] NotificationLinks Links,
    string SubscriptionId,
    string Operation,
    string Id,
    string? Verbosity,
    JsonElement? AffectedVnfcs,
    JsonElement? ChangedInfo,
    ProblemBody? Error);

/// <summary>A notification that a VNF instance was created or deleted.</summary>
internal sealed record IdentifierNotification(
    string Id,
    string NotificationType,
    string SubscriptionId,
    [property: JsonConverter(typeof(UtcMilliseconds))] DateTimeOffset TimeStamp,
    string VnfInstanceId,
    [property: JsonPropertyName("_links")] NotificationLinks Links);

/// <summary>Links of a notification (SOL003 <c>LccnLinks</c>).</summary>
internal sealed record NotificationLinks(Link VnfInstance, Link? VnfLcmOpOcc, Link Subscription);

/// <summary>Prints notifications.</summary>
internal static class NotificationBody
{
    /// <summary>The body of a notification as one subscription gets it.</summary>
    public static byte[] Print(
        NotificationEntry entry, NotificationForm form, SubscriptionRow subscription, Links links) =>
        entry.Alarm is { } alarm
            ? AlarmBody.Print(entry, alarm, subscription, links)
            : entry.Operation is { } operation
            ? JsonSerializer.SerializeToUtf8Bytes(
                Of(entry, form, operation, subscription, links), NotificationsJson.Default.OccurrenceNotification)
            : JsonSerializer.SerializeToUtf8Bytes(
                new IdentifierNotification(
                    entry.Id.ToString("D"),
                    entry.Type,
                    subscription.Id.ToString("D"),
                    entry.At,
                    InstanceOf(entry).ToString(),
                    LinksOf(entry, subscription, links)),
                NotificationsJson.Default.IdentifierNotification);

    private static OccurrenceNotification Of(
        NotificationEntry entry, NotificationForm form, VnfLcmOpOcc operation, SubscriptionRow subscription,
        Links links)
    {
        var isStart = operation.State == LcmOperationState.Starting;
        var isFull = subscription.Verbosity != SubscriptionRequest.Short;
        var isFailure = operation.State
            is LcmOperationState.FailedTemp or LcmOperationState.Failed or LcmOperationState.RolledBack;
        return new OccurrenceNotification(
            InstanceOf(entry).ToString(),
            entry.At,
            operation.IsAutomaticInvocation,
            form.Type,
            Spelling.Of(operation.State),
            isStart ? "START" : "RESULT",
            operation.Id.ToString(),
            LinksOf(entry, subscription, links),
            subscription.Id.ToString("D"),
            form.Operation ?? Spelling.Of(operation.Operation),
            form.Id.ToString("D"),
            isFull ? null : SubscriptionRequest.Short,
            isFull && !isStart ? OccurrenceRepresentation.AffectedVnfcsOf(operation) : null,
            isFull && operation.State == LcmOperationState.Completed ? operation.ChangedInfo : null,
            isFailure && operation.Fault is { } fault ? ProblemBody.Of(fault) : null);
    }

    private static VnfInstanceId InstanceOf(NotificationEntry entry) => entry.Instance?.Id
        ?? throw new InvalidOperationException($"The notification {entry.Id} names no VNF instance.");

    private static NotificationLinks LinksOf(NotificationEntry entry, SubscriptionRow subscription, Links links) => new(
        new Link(links.Instance(InstanceOf(entry))),
        entry.Operation is { } operation ? new Link(links.Occurrence(operation.Id)) : null,
        new Link(links.Subscription(subscription)));
}

/// <summary>How notifications are printed.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(OccurrenceNotification))]
[JsonSerializable(typeof(IdentifierNotification))]
internal sealed partial class NotificationsJson : JsonSerializerContext;
