namespace Watchkeeper.Monitoring.Rules;

/// <summary>
/// What a KPI has made of its samples so far. A pure fold: it travels with the monitor when the watch moves.
/// </summary>
/// <param name="Believed">Whether the condition is believed to hold; null until enough samples agreed.</param>
/// <param name="Trues">Consecutive samples that met the condition, counted up to the number that is needed.</param>
/// <param name="Falses">Consecutive samples that missed it, counted up to the number that is needed.</param>
public readonly record struct KpiState(bool? Believed, int Trues, int Falses)
{
    /// <summary>Consecutive samples that speak against the present belief (the API's <c>against</c>).</summary>
    public int Against => Believed switch
    {
        true => Falses,
        false => Trues,
        null => 0,
    };

    /// <summary>Folds one sample in. An Unknown answer is not a sample and must not be passed here.</summary>
    /// <param name="condition">Whether the sample met the KPI's condition.</param>
    /// <param name="kpi">The KPI whose repeats are needed.</param>
    /// <returns>The next state, and whether the belief changed with this sample.</returns>
    public (KpiState Next, bool Changed) Observe(bool condition, Kpi kpi)
    {
        ArgumentNullException.ThrowIfNull(kpi);
        var trues = condition ? Math.Min(Trues + 1, kpi.OccurrencesTrue) : 0;
        var falses = condition ? 0 : Math.Min(Falses + 1, kpi.OccurrencesFalse);
        var believed = condition
            ? trues >= kpi.OccurrencesTrue ? true : Believed
            : falses >= kpi.OccurrencesFalse ? false : Believed;
        return (new KpiState(believed, trues, falses), believed != Believed);
    }
}
