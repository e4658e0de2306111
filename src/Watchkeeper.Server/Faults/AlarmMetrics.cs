using System.Diagnostics.Metrics;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Faults;

/// <summary>What the outside may measure of alarms.</summary>
internal sealed class AlarmMetrics
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Watchkeeper.Alarms";

    public AlarmMetrics(IMeterFactory meters, Store store) => meters.Create(MeterName).CreateObservableGauge(
        "watchkeeper.alarms.open",
        () => ByCode(store),
        unit: "{alarm}",
        description: "Open alarms, by code.");

    // Also those of which none is open, so that a rule can tell none from no figure.
    private static IEnumerable<Measurement<int>> ByCode(Store store)
    {
        IReadOnlyDictionary<string, int> open;
        try
        {
            open = store.OpenAlarmsByCode();
        }
        catch (StoreUnavailableException)
        {
            // A figure that is not known is left out.
            return [];
        }

        return AlarmCode.All.Where(code => code.IsRaised).Select(code => new Measurement<int>(
            open.GetValueOrDefault(code.Name), new KeyValuePair<string, object?>("code", code.Name)));
    }
}
