using System.Threading.Channels;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Notifications;

/// <summary>Keeps one delivery running for each subscription that there is.</summary>
internal sealed partial class Deliveries
{
    private readonly DeliveryTools _tools;
    private readonly Random _random;
    private readonly ILogger<Deliveries> _logger;
    private readonly List<Task> _ending = [];

    // One place: it only says "look again", and one unread "look again" is as good as many.
    private readonly Channel<bool> _changes = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private ImmutableDictionary<Guid, Running> _running = ImmutableDictionary<Guid, Running>.Empty;

    public Deliveries(DeliveryTools tools, Random random, ILogger<Deliveries> logger)
    {
        _tools = tools;
        _random = random;
        _logger = logger;
        tools.Metrics.WatchDepth(() => Volatile.Read(ref _running).Values.Sum(running => running.Delivery.Pending));
    }

    /// <summary>Says that a subscription was made or ended.</summary>
    public void Changed() => _changes.Writer.TryWrite(true);

    /// <summary>Delivers until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            var failures = 0;
            while (true)
            {
                try
                {
                    await ReconcileAsync(cancellationToken);
                    failures = 0;
                    await _changes.Reader.WaitToReadAsync(cancellationToken);
                    _changes.Reader.TryRead(out _);
                }
                catch (Exception unexpected) when (!cancellationToken.IsCancellationRequested)
                {
                    // One of the three named places that may catch everything: a background loop.
                    LogFailed(unexpected);
                    var wait = _tools.Limits.WaitAfter(++failures, _random);
                    await Task.Delay(wait, _tools.Time, cancellationToken);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The end that was asked for.
        }

        foreach (var running in _running.Values)
        {
            End(running);
        }

        await Task.WhenAll(_ending);
        _running = ImmutableDictionary<Guid, Running>.Empty;
    }

    private async Task ReconcileAsync(CancellationToken cancellationToken)
    {
        var rows = (await _tools.Store.SubscriptionsAsync(cancellationToken)).ToDictionary(row => row.Id);
        _ending.RemoveAll(task => task.IsCompleted);
        var kept = _running.ToBuilder();
        foreach (var (id, running) in _running)
        {
            if (!rows.ContainsKey(id))
            {
                End(running);
                kept.Remove(id);
            }
        }

        foreach (var row in rows.Values.Where(row => !_running.ContainsKey(row.Id)))
        {
            kept.Add(row.Id, Start(row));
        }

        Volatile.Write(ref _running, kept.ToImmutable());
    }

    private Running Start(SubscriptionRow row)
    {
        // Each has a Random of its own: they run at the same time, and Random is not safe for that.
        var delivery = new Delivery(_tools, row, new Random(_random.Next()), _logger);
        var stop = new CancellationTokenSource();
        return new Running(delivery, stop, delivery.RunAsync(stop.Token));
    }

    private void End(Running running)
    {
        // Not CancelAsync: it runs the callbacks on the thread pool, away from a simulation's context.
#pragma warning disable VSTHRD103, CA1849, MA0042
        running.Stop.Cancel();
#pragma warning restore VSTHRD103, CA1849, MA0042
        running.Stop.Dispose();
        _ending.Add(running.Task);
    }

    [LoggerMessage(LogLevel.Error, "Reading the subscriptions failed unexpectedly")]
    private partial void LogFailed(Exception exception);

    private sealed record Running(Delivery Delivery, CancellationTokenSource Stop, Task Task);
}
