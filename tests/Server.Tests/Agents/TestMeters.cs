using System.Diagnostics.Metrics;

namespace Server.Tests.Agents;

/// <summary>Meters of one test, with the sum of what each instrument was told.</summary>
internal sealed class TestMeters : IMeterFactory
{
    private readonly Lock _lock = new();
    private readonly List<Meter> _meters = [];
    private readonly MeterListener _listener = new();
    private readonly Dictionary<string, List<double>> _told = [];

    public TestMeters()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, this))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => Keep(instrument, value));
        _listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => Keep(instrument, value));
        _listener.Start();
    }

    public Meter Create(MeterOptions options)
    {
        options.Scope = this;
        var meter = new Meter(options);
        _meters.Add(meter);
        return meter;
    }

    /// <summary>What an instrument was told, in order.</summary>
    public IReadOnlyList<double> Of(string instrument)
    {
        lock (_lock)
        {
            return _told.TryGetValue(instrument, out var told) ? [.. told] : [];
        }
    }

    public void Dispose()
    {
        _listener.Dispose();
        _meters.ForEach(meter => meter.Dispose());
    }

    private void Keep(Instrument instrument, double value)
    {
        lock (_lock)
        {
            if (!_told.TryGetValue(instrument.Name, out var told))
            {
                _told[instrument.Name] = told = [];
            }

            told.Add(value);
        }
    }
}
