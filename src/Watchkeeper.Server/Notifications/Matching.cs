using Watchkeeper.Server.Engine;
using Watchkeeper.Server.Storage;
using Watchkeeper.Server.Subscriptions;

namespace Watchkeeper.Server.Notifications;

/// <summary>Whether a subscriber wants to be told of something. Pure.</summary>
/// <remarks>
/// All attributes of a filter must agree, any entry of a list is enough, and what is not there does not restrict
/// (SOL003
/// 5.5.3.12). Operation and state restrict the notifications that have them, and no others.
/// </remarks>
internal static class Matching
{
    /// <summary>Whether a filter on lifecycle changes lets a notification through; never one of an alarm.</summary>
    public static bool Matches(this SubscriptionFilter filter, NotificationEntry entry, NotificationForm form) =>
        entry.Alarm is null
        && IsAmong(filter.NotificationTypes, form.Type)
        && (form.Operation is not { } operation || IsAmong(filter.OperationTypes, operation))
        && (entry.Operation is not { } told || IsAmong(filter.OperationStates, Spelling.Of(told.State)))
        && IsAbout(filter.Instances, entry.Instance);

    /// <summary>Whether a filter on alarms lets a notification through; never another one.</summary>
    /// <remarks>An alarm is cleared under the severity that it was raised with: whoever was told of it is told of its
    /// end.</remarks>
    public static bool Matches(this AlarmFilter filter, NotificationEntry entry) =>
        entry.Alarm is { } alarm
        && IsAmong(filter.NotificationTypes, entry.Type)
        && IsAmong(filter.PerceivedSeverities, alarm.Kind.Severity)
        && IsAmong(filter.EventTypes, alarm.Kind.EventType)
        && IsAmong(filter.ProbableCauses, alarm.Kind.ProbableCause)
        && (filter.FaultyResourceTypes is null
            || (alarm.Resource is { IsFaulty: true } && IsAmong(filter.FaultyResourceTypes, AlarmFilter.Compute)))
        && IsAbout(filter.Instances, alarm.Instance);

    private static bool IsAbout(InstanceFilter? filter, NotifiedInstance? instance) =>
        filter is null || (instance is not null && Matches(filter, instance));

    private static bool Matches(InstanceFilter filter, NotifiedInstance instance) =>
        IsAmong(filter.VnfdIds, instance.VnfdId)
        && IsAmong(filter.InstanceIds, instance.Id.ToString())
        && (filter.InstanceNames is null || (instance.Name is { } name && IsAmong(filter.InstanceNames, name)))
        && AnyOf(filter.Providers, provider => Matches(provider, instance));

    private static bool Matches(ProviderFilter filter, NotifiedInstance instance) =>
        filter.Provider == instance.Provider
        && AnyOf(filter.Products, product => product.ProductName == instance.ProductName
            && AnyOf(product.Versions, version => version.SoftwareVersion == instance.SoftwareVersion
                && IsAmong(version.VnfdVersions, instance.VnfdVersion)));

    private static bool IsAmong(ImmutableArray<string>? wanted, string value) =>
        wanted is not { } list || list.Contains(value, StringComparer.Ordinal);

    private static bool AnyOf<T>(ImmutableArray<T>? wanted, Func<T, bool> matches) =>
        wanted is not { IsEmpty: false } list || list.Any(matches);
}
