using Watchkeeper.Server.Notifications;
using Watchkeeper.Server.Sol003;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Subscriptions;

/// <summary>The forms in which a subscription is to be told of an entry of the log; empty when of none.</summary>
internal delegate ImmutableArray<NotificationForm> Interest(NotificationEntry entry);

/// <summary>Reads what a subscription of any kind wants to be told.</summary>
internal static class Interests
{
    /// <summary>What a stored subscription wants to be told.</summary>
    public static Interest Of(SubscriptionRow subscription, NotificationProfile profile)
    {
        switch (subscription.Kind)
        {
            case SubscriptionKind.Lifecycle:
                var lifecycle = SubscriptionFilter.Of(subscription.Filter);
                return entry =>
                [.. NotificationForm.AllOf(entry, profile).Where(form => lifecycle.Matches(entry, form))];
            case SubscriptionKind.Faults:
                var faults = AlarmFilter.Of(subscription.Filter);
                return entry => faults.Matches(entry) ? [NotificationForm.Of(entry)] : [];
            default:
                throw new InvalidOperationException($"Unknown kind {subscription.Kind}.");
        }
    }

    /// <summary>Notes what is wrong with a filter that a client sent.</summary>
    public static void Check(SubscriptionKind kind, Attributes filter)
    {
        if (kind == SubscriptionKind.Lifecycle)
        {
            _ = SubscriptionFilter.Read(filter);
        }
        else
        {
            _ = AlarmFilter.Read(filter);
        }
    }
}
