using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Server.Tests.Storage;
using System.Diagnostics.Metrics;
using System.Text.Json;
using System.Threading.Channels;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Notifications;
using Watchkeeper.Server.Sol003;
using Watchkeeper.Server.Storage;

namespace Server.Tests.Notifications;

/// <summary>Deliveries over a real store, with fake consumers and fake time; can be stopped and started
/// again.</summary>
internal sealed class DeliveryRig : IAsyncDisposable
{
    private readonly StoreRig _store = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly Channel<(string, long)> _measured = Channel.CreateUnbounded<(string, long)>();
    private MeterListener? _listener;
    private CancellationTokenSource? _stop;
    private Task _running = Task.CompletedTask;
    private NotificationMetrics? _metrics;

    public FakeConsumers Consumers { get; } = new();

    public SignallingTime Time { get; } = new();

    public DeliveryLimits Limits { get; set; } = new();

    public NotificationProfile Profile { get; set; } = NotificationProfile.Source;

    public Store Store => _store.Store;

    public Deliveries Deliveries { get; private set; } = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Returns at the next measurement of an instrument, and what was measured.</summary>
    public async Task<long> MeasuredAsync(string instrument)
    {
        while (true)
        {
            var (name, value) = await _measured.Reader.ReadAsync(Token);
            if (name == instrument)
            {
                return value;
            }
        }
    }

    /// <summary>What the outbox gauge says now.</summary>
    public Task<long> DepthAsync()
    {
        _listener!.RecordObservableInstruments();
        return MeasuredAsync("watchkeeper.notifications.outbox");
    }

    public void Start()
    {
        _listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (ReferenceEquals(instrument.Meter.Scope, _services.GetRequiredService<IMeterFactory>()))
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        _listener.SetMeasurementEventCallback<long>(
            (instrument, value, _, _) => _measured.Writer.TryWrite((instrument.Name, value)));
        _listener.Start();
        _metrics = new NotificationMetrics(_services.GetRequiredService<IMeterFactory>());
        var links = new Links(new ApiRoot("https://172.16.235.30:8251", () => null));
        var tools = new DeliveryTools(
            Store, new Callbacks(Consumers, Time, Limits), new Tellings(Profile, links), Time, Limits, _metrics);
        Deliveries = new Deliveries(tools, new Random(1), NullLogger<Deliveries>.Instance);
        _stop = new CancellationTokenSource();
        _running = Deliveries.RunAsync(_stop.Token);
    }

    public async Task StopAsync()
    {
        await (_stop?.CancelAsync() ?? Task.CompletedTask);
        await _running;
        _stop?.Dispose();
        _stop = null;
        _metrics?.Dispose();
        _listener?.Dispose();
    }

    public async Task<SubscriptionRow> SubscribeAsync(
        int number, string? filter = null, string? authentication = null, string verbosity = "FULL")
    {
        var row = new SubscriptionRow(
            Samples.Id(number),
            $"http://consumer{number}.test/cb",
            filter is null ? null : JsonElement.Parse(filter),
            authentication is null ? null : JsonElement.Parse(authentication),
            verbosity,
            Start: 0,
            Cursor: 0,
            Time.GetUtcNow());
        await Store.CommitAsync([SubscriptionTable.Insert(row)], Token);
        Deliveries?.Changed();
        return row;
    }

    public async Task<NotificationEntry> TellAsync(int number, LcmOperationState state = LcmOperationState.Starting)
    {
        var entry = Entry(number, state, Time.GetUtcNow());
        await Store.CommitAsync([NotificationTable.Append(entry)], Token);
        return entry;
    }

    public static NotificationEntry Entry(int number, LcmOperationState state, DateTimeOffset at) => new(
        Samples.Id(number),
        NotificationTypes.InfrastructureOccurrence,
        at,
        NotifiedInstance.Of(Samples.Instance(1)),
        Samples.Operation(5, 1) with { State = state });

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _store.DisposeAsync();
        await _services.DisposeAsync();
    }
}
