using Watchkeeper.Benchmarks.Fleet;

namespace Watchkeeper.Benchmarks.Migrations;

/// <summary>What the witness saw of one move: by the probes on the wire, not by what anybody reported.</summary>
/// <param name="GapMs">From the old agent's last probe to the new one's first.</param>
/// <param name="MissedPolls">Whole poll periods without a probe beyond the one that is due.</param>
/// <param name="ProbedByBoth">Probes of the old agent after the new one's first.</param>
internal readonly record struct HandOver(double GapMs, int MissedPolls, int ProbedByBoth)
{
    /// <summary>What of the gap is beyond the poll period.</summary>
    public double ExcessMs(double pollMs) => Math.Max(0, GapMs - pollMs);

    /// <summary>Reads a move from what was seen of one address since it was asked for.</summary>
    /// <param name="seen">The probes of the address, oldest first.</param>
    /// <param name="asked">When the move was asked for.</param>
    /// <param name="from">The address from which the old agent probes.</param>
    /// <param name="to">The address from which the new agent probes.</param>
    /// <param name="pollMs">The poll period.</param>
    /// <param name="until">When the address was moved again.</param>
    /// <returns>The move; null when the new agent was not seen.</returns>
    public static HandOver? Read(
        ImmutableArray<SeenProbe> seen, TimeSpan asked, uint from, uint to, double pollMs, TimeSpan until)
    {
        var first = seen.FirstOrDefault(probe => probe.Source == to && probe.At >= asked && probe.At < until);
        var before = seen.Where(probe => probe.Source == from && probe.At < first.At).ToList();
        if (first.Source != to || before.Count == 0)
        {
            return null;
        }

        var gap = (first.At - before[^1].At).TotalMilliseconds;
        return new HandOver(
            gap,
            Math.Max(0, (int)Math.Floor(gap / pollMs - 0.5)),
            seen.Count(probe => probe.Source == from && probe.At > first.At && probe.At < until));
    }
}
