using Watchkeeper.Server.Notifications;
using Watchkeeper.Server.Sol003;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Subscriptions;

/// <summary>Whether a subscription is to be told of a notification.</summary>
internal delegate bool Interest(NotificationEntry entry);

/// <summary>Reads what a subscription of any kind wants to be told.</summary>
internal static class Interests
{
    /// <summary>What a stored subscription wants to be told.</summary>
    public static Interest Of(SubscriptionRow subscription)
    {
        switch (subscription.Kind)
        {
            case SubscriptionKind.Lifecycle:
                var lifecycle = SubscriptionFilter.Of(subscription.Filter);
                return entry => lifecycle.Matches(entry);
            case SubscriptionKind.Faults:
                var faults = AlarmFilter.Of(subscription.Filter);
                return entry => faults.Matches(entry);
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
