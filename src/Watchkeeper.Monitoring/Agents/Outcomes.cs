namespace Watchkeeper.Monitoring.Agents;

/// <summary>What became of one assignment that an agent was asked to set.</summary>
/// <param name="Target">The target that was to be watched.</param>
/// <param name="Epoch">The epoch of the assignment.</param>
/// <param name="Refusal">Why it is not watched; null when it is.</param>
public sealed record SetOutcome(TargetId Target, AssignmentEpoch Epoch, string? Refusal)
{
    /// <summary>Whether the target is now watched under that epoch.</summary>
    public bool IsSet => Refusal is null;
}

/// <summary>What became of one target that an agent was asked to stop watching.</summary>
/// <param name="Target">The target that was to be left.</param>
/// <param name="Epoch">The epoch that was to be unset.</param>
/// <param name="Refusal">Why it may still be watched; null when it is not (also when it never was).</param>
/// <param name="Carried">The state to hand over; empty when the agent did not hold the target.</param>
public sealed record UnsetOutcome(
    TargetId Target,
    AssignmentEpoch Epoch,
    string? Refusal,
    ImmutableArray<CarriedKpi> Carried)
{
    /// <summary>
    /// The epoch under which the state was counted: an earlier one when the agent never took that which was to be
    /// unset.
    /// </summary>
    public AssignmentEpoch CountedUnder { get; init; } = Epoch;

    /// <summary>Whether the target is no longer probed under that epoch.</summary>
    public bool IsUnset => Refusal is null;
}

/// <summary>What an agent saw when it was asked to look at a target once (preflight).</summary>
/// <param name="Target">The target that was looked at.</param>
/// <param name="Answer">What the target answered.</param>
public sealed record LookOutcome(TargetId Target, Probes.ProbeAnswer Answer);

/// <summary>A target to be looked at once: the address and its aliveness KPI.</summary>
/// <param name="Target">The target.</param>
/// <param name="Address">The IP address that is probed.</param>
/// <param name="Kpi">The aliveness KPI; its collector and port are used, its rhythm is not.</param>
public sealed record LookRequest(TargetId Target, string Address, Rules.Kpi Kpi);
