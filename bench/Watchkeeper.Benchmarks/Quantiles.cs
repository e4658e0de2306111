namespace Watchkeeper.Benchmarks;

/// <summary>Reads quantiles from samples.</summary>
internal static class Quantiles
{
    /// <summary>The sample at a quantile (nearest rank); NaN when there is none.</summary>
    public static double At(this IReadOnlyCollection<double> samples, double quantile)
    {
        if (samples.Count == 0)
        {
            return double.NaN;
        }

        var sorted = samples.Order().ToArray();
        var rank = (int)Math.Ceiling(quantile * sorted.Length);
        return sorted[Math.Clamp(rank, 1, sorted.Length) - 1];
    }
}
