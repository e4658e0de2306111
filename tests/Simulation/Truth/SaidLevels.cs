using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Server.Storage;

namespace Simulation.Truth;

/// <summary>The levels that agents have told the manager, or handed over, each by whom and under which epoch.</summary>
internal sealed class SaidLevels
{
    private readonly HashSet<(string Agent, Fingerprint Said)> _reports = [];
    private readonly HashSet<(TargetId Target, long Epoch, string State)> _states = [];

    /// <summary>An agent has reported a level.</summary>
    public void Reported(string agent, MonitorReport report)
    {
        _reports.Add((agent, Fingerprint.Of(report.Target, report.Epoch, report.Kpis)));
        Known(report.Target, report.Epoch, report.Kpis);
    }

    /// <summary>A level is known that may be kept for the next set.</summary>
    public void Known(TargetId target, AssignmentEpoch epoch, ImmutableArray<CarriedKpi> kpis) =>
        _states.Add((target, epoch.Value, CounterLog.StateOf(kpis)));

    /// <summary>Why a level should not be stored; null when it may be.</summary>
    /// <param name="level">The level.</param>
    /// <param name="before">The VM's row before the commit; the same as after it when that left it alone.</param>
    /// <param name="after">The VM's row after the commit.</param>
    public string? Objection(StoredLevel level, Vnfc before, Vnfc after)
    {
        var epoch = level.Epoch.Value;
        if (epoch == before.Epoch
            && _reports.Contains((before.Agent ?? "", Fingerprint.Of(level.Target, level.Epoch, level.Kpis))))
        {
            return null;
        }

        // Else it is what is kept for the next set: of a VM that has no monitor, under the epoch of who held it last,
        // or under one that was stamped since and never taken.
        if (after.Monitor == MonitorState.Set)
        {
            return $"is watched by {after.Agent} under epoch {after.Epoch}, which has never said so";
        }

        if (epoch > after.Epoch || epoch < after.HeldEpoch)
        {
            return $"was held under epoch {after.HeldEpoch} and is under {after.Epoch}";
        }

        var state = CounterLog.StateOf(level.Kpis);
        for (var earlier = epoch; earlier >= 0; earlier--)
        {
            if (_states.Contains((level.Target, earlier, state)))
            {
                return null;
            }
        }

        return "was never said to be so";
    }
}
