using Watchkeeper.Monitoring.Agents;

namespace Simulation.Truth;

/// <summary>What was said of a VM's KPIs, as it is known again wherever it comes: nobody says the same at another
/// moment.</summary>
internal readonly record struct Fingerprint(TargetId Target, AssignmentEpoch Epoch, string Kpis)
{
    public static Fingerprint Of(TargetId target, AssignmentEpoch epoch, ImmutableArray<CarriedKpi> kpis) => new(
        target, epoch, string.Join(", ", kpis.Select(kpi =>
            $"{kpi.State} {kpi.Raised} {Micro(kpi.SinceLastProbe)} {Micro(kpi.UntilDue)}")));

    // As durations go over the wire.
    private static long? Micro(TimeSpan? duration) => duration?.Ticks / TimeSpan.TicksPerMicrosecond;
}
