namespace Watchkeeper.Monitoring.Agents;

/// <summary>
/// The level of every KPI of one target, as its agent sees it now. Levels, not edges: a later report replaces it.
/// </summary>
/// <param name="Target">The target.</param>
/// <param name="Epoch">The epoch under which it was watched; an older one than the manager's is void.</param>
/// <param name="IsVerdict">Whether a belief is new or was raised again since the last report, or must be told
/// afresh.</param>
/// <param name="Kpis">One entry for each KPI.</param>
/// <param name="Gap">From the last probe of the former agent to this one's first; null until then, or if nothing was
/// handed over.</param>
public sealed record MonitorReport(
    TargetId Target,
    AssignmentEpoch Epoch,
    bool IsVerdict,
    ImmutableArray<CarriedKpi> Kpis,
    TimeSpan? Gap);

/// <summary>What an agent holds of a target, told at every (re)connect.</summary>
/// <param name="Target">The target.</param>
/// <param name="Epoch">Its highest epoch that this agent has seen.</param>
/// <param name="IsWatched">Whether it is watched; false for a sleeper and for a target whose epoch is merely
/// remembered.</param>
public readonly record struct Holding(TargetId Target, AssignmentEpoch Epoch, bool IsWatched);
