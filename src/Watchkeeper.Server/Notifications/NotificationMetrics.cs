using System.Diagnostics.Metrics;

namespace Watchkeeper.Server.Notifications;

/// <summary>What is counted about notifications.</summary>
internal sealed class NotificationMetrics : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Watchkeeper.Notifications";

    private readonly Meter _meter;
    private readonly Counter<long> _delivered;
    private readonly Counter<long> _failed;
    private readonly Counter<long> _dropped;

    public NotificationMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(MeterName);
        _delivered = _meter.CreateCounter<long>(
            "watchkeeper.notifications.delivered", description: "Notifications delivered");
        _failed = _meter.CreateCounter<long>(
            "watchkeeper.notifications.failed", description: "Deliveries that failed");
        _dropped = _meter.CreateCounter<long>(
            "watchkeeper.notifications.dropped", description: "Notifications lost by suspended subscriptions");
    }

    /// <summary>Says who is asked for the number of notifications that wait.</summary>
    public void WatchDepth(Func<long> depth) => _meter.CreateObservableGauge(
        "watchkeeper.notifications.outbox", depth, description: "Notifications known to wait for delivery");

    public void Delivered() => _delivered.Add(1);

    public void Failed() => _failed.Add(1);

    public void Dropped(long count) => _dropped.Add(count);

    public void Dispose() => _meter.Dispose();
}
