using Watchkeeper.Server.Sol003;
using Watchkeeper.Server.Storage;
using Watchkeeper.Server.Subscriptions;

namespace Watchkeeper.Server.Notifications;

/// <summary>What subscriptions are told, and in which words, under the server's profile.</summary>
internal sealed class Tellings(NotificationProfile profile, Links links)
{
    /// <summary>What a subscription wants to be told.</summary>
    public Interest WantedBy(SubscriptionRow subscription) => Interests.Of(subscription, profile);

    /// <summary>The body of a notification as one subscription gets it.</summary>
    public byte[] Print(NotificationEntry entry, NotificationForm form, SubscriptionRow subscription) =>
        NotificationBody.Print(entry, form, subscription, links);
}
