using Watchkeeper.Lifecycle.Faults;
using Watchkeeper.Server.Engine;
using Watchkeeper.Server.Notifications;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Subscriptions;

/// <summary>What became of a request for a subscription. A closed set.</summary>
internal abstract record Subscribing
{
    private Subscribing()
    {
    }

    /// <summary>It is stored, and told from now on.</summary>
    public sealed record Made(SubscriptionRow Subscription) : Subscribing;

    /// <summary>Nothing was stored.</summary>
    public sealed record Refused(Fault Fault) : Subscribing;
}

/// <summary>Makes and ends subscriptions.</summary>
/// <remarks>
/// SOL003 5.4.18.3.1 leaves it to the VNFM whether two equal subscriptions may exist. Here they may: each is told on
/// its own.
/// </remarks>
internal sealed class SubscriptionRegister(
    Store store, Callbacks callbacks, Deliveries deliveries, IIdSource ids, TimeProvider time)
{
    /// <summary>The most subscriptions, of all kinds together.</summary>
    public const int Most = 1000;

    // Reservations of requests whose endpoint test is under way, so that many at once can't pass the limit.
    private int _underWay;

    public async Task<Subscribing> CreateAsync(SubscriptionRequest request, CancellationToken cancellationToken)
    {
        try
        {
            var underWay = Interlocked.Increment(ref _underWay);
            var present = await store.SubscriptionsAsync(cancellationToken);
            if (present.Length + underWay > Most)
            {
                return new Subscribing.Refused(SubscriptionFaults.TooMany(Most));
            }

            var endpoint = callbacks.To(request.Callback, request.Credentials);
            if (await endpoint.TestAsync(cancellationToken) is { } whyNot)
            {
                return new Subscribing.Refused(SubscriptionFaults.EndpointTestFailed(whyNot));
            }

            var row = new SubscriptionRow(
                ids.Next(), request.CallbackUri, request.Filter, request.Authentication, request.Verbosity,
                Start: 0, Cursor: 0, time.GetUtcNow())
            {
                Kind = request.Kind,
            };
            await store.CommitAsync([SubscriptionTable.Insert(row)], cancellationToken);
            deliveries.Changed();
            return new Subscribing.Made(row);
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
        }
    }

    /// <summary>Ends a subscription of a kind; false when there is none.</summary>
    public async Task<bool> DeleteAsync(Guid id, SubscriptionKind kind, CancellationToken cancellationToken)
    {
        if (await store.FindSubscriptionAsync(id, cancellationToken) is not { } found || found.Kind != kind)
        {
            return false;
        }

        try
        {
            await store.CommitAsync([SubscriptionTable.Delete(id)], cancellationToken);
        }
        catch (StoreConflictException)
        {
            // Somebody else ended it first.
            return false;
        }

        deliveries.Changed();
        return true;
    }
}
