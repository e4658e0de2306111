using System.Diagnostics.Metrics;

namespace Watchkeeper.Server.Agents;

/// <summary>Figures about verdicts and hand-overs.</summary>
internal sealed class VerdictMetrics
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "Watchkeeper.Monitoring";

    private readonly Counter<long> _verdictsDropped;
    private readonly Counter<long> _verdictsAccepted;
    private readonly Histogram<double> _gap;
    private readonly Histogram<double> _excessGap;

    public VerdictMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _verdictsDropped = meter.CreateCounter<long>(
            "watchkeeper.verdicts.dropped", "{verdict}", "Verdicts that carried another epoch than the current one.");
        _verdictsAccepted = meter.CreateCounter<long>(
            "watchkeeper.verdicts.accepted", "{verdict}", "Verdicts that were stored.");
        _gap = meter.CreateHistogram<double>(
            "watchkeeper.migration.gap",
            "ms",
            "From the last probe of the old agent to the first of the new one, per VM moved.",
            advice: new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries =
                    [100, 500, 1_000, 2_000, 3_000, 5_000, 10_000, 15_000, 30_000, 60_000, 300_000],
            });
        _excessGap = meter.CreateHistogram<double>(
            "watchkeeper.migration.excess_gap",
            "ms",
            "Time without a probe beyond the poll period, per VM moved.",
            advice: new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000],
            });
    }

    /// <summary>A verdict of an epoch that is not the current one came in.</summary>
    public void VerdictDropped() => _verdictsDropped.Add(1);

    /// <summary>A verdict was stored.</summary>
    public void VerdictAccepted() => _verdictsAccepted.Add(1);

    /// <summary>A moved VM was probed again.</summary>
    public void GapMeasured(TimeSpan gap, TimeSpan excess)
    {
        _gap.Record(gap.TotalMilliseconds);
        _excessGap.Record(excess.TotalMilliseconds);
    }
}
