using Watchkeeper.Benchmarks.Fleet;

namespace Watchkeeper.Benchmarks.Migrations;

/// <summary>What the witness saw of one move: by the probes on the wire, not by what anybody reported.</summary>
/// <param name="GapMs">From the old agent's last probe to the new one's first.</param>
/// <param name="MissedPolls">Whole poll periods without a probe beyond the one that is due.</param>
/// <param name="ProbedByBoth">Probes of the old agent after the move was COMPLETED.</param>
internal readonly record struct HandOver(double GapMs, int MissedPolls, int ProbedByBoth)
{
    /// <summary>What of the gap is beyond the poll period.</summary>
    public double ExcessMs(double pollMs) => Math.Max(0, GapMs - pollMs);

    /// <summary>Reads a move from what was seen of one address.</summary>
    /// <remarks>
    /// The new agent's look before the move is a probe, too: its first probe is the first after the old one's last.
    /// </remarks>
    /// <param name="seen">The probes of the address, oldest first.</param>
    /// <param name="move">The move.</param>
    /// <param name="pollMs">The poll period.</param>
    /// <returns>The move; null when one of the agents was not seen.</returns>
    public static HandOver? Read(ImmutableArray<SeenProbe> seen, Move move, double pollMs)
    {
        var from = Witness.Number(ProcessFleet.SourceOf(move.From));
        var to = Witness.Number(ProcessFleet.SourceOf(move.To));
        var last = seen.LastOrDefault(probe => probe.Source == from && probe.At < move.Completed);
        var first = seen.FirstOrDefault(probe => probe.Source == to && probe.At > last.At && probe.At < move.Until);
        if (last.Source != from || first.Source != to)
        {
            return null;
        }

        var gap = (first.At - last.At).TotalMilliseconds;
        return new HandOver(
            gap,
            Math.Max(0, (int)Math.Floor(gap / pollMs - 0.5)),
            seen.Count(probe => probe.Source == from && probe.At > move.Completed && probe.At < move.Until));
    }
}

/// <summary>A move as the client saw it.</summary>
/// <param name="Vnf">The VNF.</param>
/// <param name="From">The old agent's number.</param>
/// <param name="Completed">When the client knew that it was COMPLETED.</param>
/// <param name="Ms">From the request to then.</param>
internal sealed record Move(SimulatedVnf Vnf, int From, TimeSpan Completed, double Ms)
{
    /// <summary>The new agent's number.</summary>
    public int To => 3 - From;

    /// <summary>When the VNF was moved again.</summary>
    public TimeSpan Until { get; init; } = TimeSpan.MaxValue;
}
