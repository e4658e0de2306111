using Watchkeeper.Monitoring.Rules;

namespace Watchkeeper.Monitoring.Agents;

/// <summary>"You watch this target, so often, by these KPIs", with the epoch that makes it the one judge.</summary>
/// <param name="Target">What is watched.</param>
/// <param name="Epoch">The change of hands that this assignment is; stored before it is sent.</param>
/// <param name="Address">The IP address that is probed.</param>
/// <param name="Kpis">What is asked of the target; 1 to 32, of different event names.</param>
/// <param name="Carried">State handed over from the agent that watched before, by event name; missing ones start
/// afresh.</param>
public sealed record Assignment(
    TargetId Target,
    AssignmentEpoch Epoch,
    string Address,
    ImmutableArray<Kpi> Kpis,
    ImmutableArray<CarriedKpi> Carried);

/// <summary>The state of one KPI on its way from one agent to the next: counts and durations, never instants.</summary>
/// <param name="EventName">The KPI's event name.</param>
/// <param name="State">What was made of the samples so far.</param>
/// <param name="SinceLastProbe">How long ago the last probe was sent; null if none was.</param>
/// <param name="UntilDue">How long until the next probe is due (negative: overdue); null if none is planned.</param>
/// <param name="Raised">How often the event was raised, over all agents that watched.</param>
public readonly record struct CarriedKpi(
    string EventName,
    KpiState State,
    TimeSpan? SinceLastProbe,
    TimeSpan? UntilDue,
    long Raised)
{
    /// <summary>The same state after it has waited for some time on the way.</summary>
    /// <param name="elapsed">The time spent waiting; not negative.</param>
    public CarriedKpi After(TimeSpan elapsed) => this with
    {
        SinceLastProbe = SinceLastProbe + elapsed,
        UntilDue = UntilDue - elapsed,
    };
}

/// <summary>One target in one epoch: what an unset, a release or a fence is about.</summary>
public readonly record struct TargetEpoch(TargetId Target, AssignmentEpoch Epoch);
