using System.Diagnostics.Metrics;
using Watchkeeper.Lifecycle.Operations;

namespace Watchkeeper.Server.Engine;

/// <summary>Counts operations that ended, and how long they took.</summary>
internal sealed class OperationMetrics : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Watchkeeper.Operations";

    private readonly Meter _meter = new(MeterName);
    private readonly Counter<long> _ended;
    private readonly Histogram<double> _duration;

    public OperationMetrics()
    {
        _ended = _meter.CreateCounter<long>("watchkeeper.operations.ended", "{operation}", "Operations that ended.");
        _duration = _meter.CreateHistogram<double>(
            "watchkeeper.operations.duration", "s", "Time from opening an operation to its end.");
    }

    /// <summary>Takes note of an occurrence that has ended.</summary>
    public void Ended(VnfLcmOpOcc operation)
    {
        var type = new KeyValuePair<string, object?>("operation", Spelling.Of(operation.Operation));
        var state = new KeyValuePair<string, object?>("state", Spelling.Of(operation.State));
        _ended.Add(1, type, state);
        _duration.Record((operation.StateEnteredTime - operation.StartTime).TotalSeconds, type, state);
    }

    /// <inheritdoc />
    public void Dispose() => _meter.Dispose();
}
