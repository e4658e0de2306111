using Watchkeeper.Server.Storage;
using Watchkeeper.Server.Subscriptions;

namespace Watchkeeper.Server.Notifications;

/// <summary>What every delivery works with.</summary>
internal sealed record DeliveryTools(
    Store Store,
    Callbacks Callbacks,
    Tellings Tellings,
    TimeProvider Time,
    DeliveryLimits Limits,
    NotificationMetrics Metrics);

/// <summary>Tells one subscriber, in the order of the log, each entry at least once. A dead or slow one delays only
/// itself.</summary>
internal sealed partial class Delivery
{
    private readonly DeliveryTools _tools;
    private readonly Random _random;
    private readonly ILogger _logger;
    private readonly SubscriptionRow _subscription;
    private readonly Interest _wanted;
    private readonly CallbackEndpoint _endpoint;
    private readonly Backlog _backlog;
    private long _cursor;
    private long _stored;
    private long _dropped;
    private bool _isSuspended;

    public Delivery(DeliveryTools tools, SubscriptionRow subscription, Random random, ILogger logger)
    {
        _tools = tools;
        _random = random;
        _logger = logger;
        _subscription = subscription;
        _wanted = tools.Tellings.WantedBy(subscription);
        _endpoint = tools.Callbacks.To(
            new Uri(subscription.CallbackUri), CallbackAuthentication.Of(subscription.Authentication));
        _cursor = _stored = subscription.Cursor;
        _dropped = subscription.Dropped;
        _isSuspended = subscription.SuspendedAt is not null;
        _backlog = new Backlog(tools.Store, _wanted, subscription.Cursor);
    }

    /// <summary>How many notifications are known to wait.</summary>
    public long Pending => _backlog.Count;

    /// <summary>Delivers until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var (seen, failures) = (0L, 0);
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                if (_isSuspended)
                {
                    await TryToResumeAsync(cancellationToken);
                }
                else if (!await DeliverBatchAsync(cancellationToken))
                {
                    seen = await _tools.Store.WaitAsync(Topics.Notifications, seen, cancellationToken);
                }

                failures = 0;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception unexpected)
            {
                // One of the three named places that may catch everything: a background loop.
                LogFailed(unexpected, _subscription.Id);
                var wait = _tools.Limits.WaitAfter(++failures, _random);
                await Task.Delay(wait, _tools.Time, cancellationToken).ConfigureAwait(
                    ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            }
        }
    }

    // Returns whether there was anything.
    private async Task<bool> DeliverBatchAsync(CancellationToken cancellationToken)
    {
        var entries = await _tools.Store.NotificationTail.ReadAsync(
            _cursor, _tools.Limits.Batch, cancellationToken);
        if (entries.Length == _tools.Limits.Batch && await IsTooMuchAsync(entries[0].Entry, cancellationToken))
        {
            await SuspendAsync(cancellationToken);
            return true;
        }

        foreach (var entry in entries)
        {
            var forms = _wanted(entry.Entry);
            foreach (var form in forms)
            {
                if (!await DeliverAsync(entry, form, cancellationToken))
                {
                    return true;
                }
            }

            _backlog.Passed(entry, !forms.IsEmpty);
            _cursor = entry.Position;
        }

        await StoreCursorAsync(cancellationToken);
        return !entries.IsEmpty;
    }

    // Tries until it is delivered; false when the subscription had to be suspended meanwhile.
    private async Task<bool> DeliverAsync(
        StoredNotification entry, NotificationForm form, CancellationToken cancellationToken)
    {
        var body = _tools.Tellings.Print(entry.Entry, form, _subscription);
        for (var failures = 1; ; failures++)
        {
            if (await _endpoint.DeliverAsync(body, cancellationToken) is not { } whyNot)
            {
                _tools.Metrics.Delivered();
                return true;
            }

            _tools.Metrics.Failed();
            LogNotDelivered(form.Id, _subscription.Id, failures, whyNot);
            await StoreCursorAsync(cancellationToken);
            if (await IsTooMuchAsync(entry.Entry, cancellationToken))
            {
                await SuspendAsync(cancellationToken);
                return false;
            }

            await Task.Delay(_tools.Limits.WaitAfter(failures, _random), _tools.Time, cancellationToken);
        }
    }

    private async Task<bool> IsTooMuchAsync(NotificationEntry oldest, CancellationToken cancellationToken)
    {
        await _backlog.CountAsync(cancellationToken);
        return _backlog.Count > _tools.Limits.MaxBacklog
            || (!_wanted(oldest).IsEmpty && _tools.Time.GetUtcNow() - oldest.At > _tools.Limits.MaxAge);
    }

    private Task SuspendAsync(CancellationToken cancellationToken) =>
        JumpToEndAsync(_tools.Time.GetUtcNow(), cancellationToken);

    private async Task TryToResumeAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(_tools.Limits.WaitAfter(int.MaxValue, _random), _tools.Time, cancellationToken);

        // Now, and not only once it is served again: what nobody waits for is pruned.
        await _backlog.CountAsync(cancellationToken);
        if (await _endpoint.TestAsync(cancellationToken) is null)
        {
            await _backlog.CountAsync(cancellationToken);
            await JumpToEndAsync(suspendedAt: null, cancellationToken);
        }
    }

    // What waited is dropped and counted: suspended now, or served again from here.
    private async Task JumpToEndAsync(DateTimeOffset? suspendedAt, CancellationToken cancellationToken)
    {
        var (lost, end) = (_backlog.Count, _backlog.CountedTo);
        await _tools.Store.CommitAsync(
            [SubscriptionTable.Suspend(_subscription.Id, suspendedAt, end, _dropped + lost)], cancellationToken);
        _tools.Metrics.Dropped(lost);
        _backlog.Drop();
        _dropped += lost;
        _cursor = _stored = end;
        _isSuspended = suspendedAt is not null;
        if (_isSuspended)
        {
            LogSuspended(_subscription.Id, lost);
        }
        else
        {
            LogResumed(_subscription.Id, _dropped);
        }
    }

    private async Task StoreCursorAsync(CancellationToken cancellationToken)
    {
        if (_cursor != _stored)
        {
            await _tools.Store.CommitAsync(
                [SubscriptionTable.Advance(_subscription.Id, _cursor)], cancellationToken);
            _stored = _cursor;
        }
    }

    [LoggerMessage(LogLevel.Error, "Deliveries of subscription {SubscriptionId} failed unexpectedly")]
    private partial void LogFailed(Exception exception, Guid subscriptionId);

    [LoggerMessage(LogLevel.Warning,
        "Notification {NotificationId} was not delivered to subscription {SubscriptionId}, failure {Failures}: "
        + "{WhyNot}")]
    private partial void LogNotDelivered(Guid notificationId, Guid subscriptionId, int failures, string whyNot);

    [LoggerMessage(LogLevel.Error,
        "Subscription {SubscriptionId} was suspended: its backlog passed the limit, and {Dropped} notifications "
        + "were dropped")]
    private partial void LogSuspended(Guid subscriptionId, long dropped);

    [LoggerMessage(LogLevel.Information,
        "Subscription {SubscriptionId} was resumed: its endpoint answered; {Dropped} notifications were dropped "
        + "in all")]
    private partial void LogResumed(Guid subscriptionId, long dropped);
}
