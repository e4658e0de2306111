using Watchkeeper.Benchmarks.Fleet;

namespace Watchkeeper.Benchmarks.Migrations;

/// <summary>
/// What the machine itself does to the rhythm: targets that never move, watched beside those that do.
/// </summary>
internal static class NoiseFloor
{
    /// <summary>How many targets stay where they are.</summary>
    public const int Controls = 100;

    /// <summary>How much longer than the poll period their intervals were, in ms, since a time.</summary>
    public static ImmutableArray<double> ExcessMs(
        Witness witness, IEnumerable<SimulatedVnf> controls, TimeSpan since, double pollMs) =>
    [
        .. controls.SelectMany(control =>
        {
            var seen = witness.Of(control.Address).Where(probe => probe.At >= since).Select(probe => probe.At).ToList();
            return seen.Skip(1)
                .Zip(seen, (later, earlier) => Math.Max(0, (later - earlier).TotalMilliseconds - pollMs));
        }),
    ];
}
