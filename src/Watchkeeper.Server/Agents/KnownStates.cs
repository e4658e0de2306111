using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Monitoring.Rules;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Agents;

/// <summary>What is known of a VM's KPI state, whoever knows it: the latest goes with the next set.</summary>
internal sealed class KnownStates(
    AgentDirectory directory, CarriedStates carried, LevelBook levels, TimeProvider time)
{
    /// <summary>The latest state of a VM, moved on to now; empty when none is known.</summary>
    /// <remarks>
    /// A later epoch's wins. Under the same one, what the last holder has reported wins over what it handed over:
    /// an answer makes what came before it forgotten, so it woke, and counted on.
    /// </remarks>
    public ImmutableArray<CarriedKpi> StateOf(WatchedVnfc watched)
    {
        var vnfc = watched.Vnfc;
        var latest = Later(carried.Find(watched.Target), Reported(vnfc.Agent, watched.Target, vnfc.Epoch));
        if (vnfc.Monitor != MonitorState.Set)
        {
            latest = Later(latest, Reported(vnfc.HeldBy, watched.Target, vnfc.HeldEpoch));
        }

        // Of an earlier life of the manager, or of an agent that has not reported to this one. Aged by the wall clock,
        // which may have jumped: so it never wins by its age.
        if (levels.Find(watched.Target) is { } level && (latest.Kpis.IsEmpty || level.Epoch > latest.Epoch))
        {
            var age = time.GetUtcNow() - level.At;
            return [.. level.Kpis.Select(kpi => kpi.After(age < TimeSpan.Zero ? TimeSpan.Zero : age))];
        }

        return latest.Kpis;
    }

    /// <summary>The assignment of a VM as it is sent, with the state that travels with it.</summary>
    public Assignment AssignmentOf(WatchedVnfc vnfc) => new(
        vnfc.Target,
        new AssignmentEpoch(vnfc.Vnfc.Epoch),
        vnfc.Vnfc.Address,
        vnfc.Monitoring.Kpis,
        [.. StateOf(vnfc).Select(kpi => ToBeConfirmed(vnfc, kpi))]);

    /// <summary>A VM has its monitor, and that is stored: what its last holder says from now on is old.</summary>
    /// <remarks>The state that was sent is kept until its agent has reported: it may be lost before.</remarks>
    /// <param name="vnfc">The VM as it was before: it names its last holder.</param>
    public void Taken(WatchedVnfc vnfc)
    {
        if (vnfc.Vnfc.HeldBy is { } former)
        {
            var held = new AssignmentEpoch(vnfc.Vnfc.HeldEpoch);
            carried.Put(vnfc.Target, held, StateOf(vnfc), carried.Now, isAnswer: false);
            directory.ForgetReports(former, [new TargetEpoch(vnfc.Target, held)]);
        }
    }

    /// <summary>An agent has reported a VM as its judge: what was kept from before is old.</summary>
    public void Reported(string agent, MonitorReport report, Vnfc vnfc)
    {
        if (vnfc.Monitor == MonitorState.Set)
        {
            carried.Reported(report.Target, report.Epoch);
        }
        else
        {
            // It took the VM, although its answer has not come: what it counts goes with the set that may follow.
            Heard(agent, report);
        }
    }

    /// <summary>A holder of a VM without a monitor says something of it, which goes with the next set.</summary>
    /// <remarks>Reports come here late, and maybe one after another was received: the one received last
    /// counts.</remarks>
    public void Heard(string agent, MonitorReport report)
    {
        var last = directory.LastReported(agent, new TargetEpoch(report.Target, report.Epoch));
        carried.Heard(report.Target, report.Epoch, last.IsEmpty ? report.Kpis : last, isLast: !last.IsEmpty);
    }

    /// <summary>An agent has connected: what it reported of VMs that left it while it was away is old.</summary>
    public void Connected(string agent, Assignments assignments) =>
        directory.Known(agent)?.Reports.KeepOnly(reported =>
            assignments.TryFind(reported.Target, out var vnfc)
            && (IsUnder(agent, reported.Epoch, vnfc.Vnfc.Agent, vnfc.Vnfc.Epoch)
                || (vnfc.Vnfc.Monitor != MonitorState.Set
                    && IsUnder(agent, reported.Epoch, vnfc.Vnfc.HeldBy, vnfc.Vnfc.HeldEpoch))));

    // A judge has seen the VM fail, and nobody was told: it was cut off, or asked to leave just then. Since a probe is
    // due that nobody has sent, the VM may be up again. So its counts travel, and what is believed is open: the new
    // judge asks at once, and one more silence makes it down. It tells nothing before.
    private static CarriedKpi ToBeConfirmed(WatchedVnfc vnfc, CarriedKpi kpi)
    {
        if (vnfc.Vnfc.State != VmState.Alive || kpi.State.Believed != false || kpi.UntilDue > TimeSpan.Zero)
        {
            return kpi;
        }

        var rule = vnfc.Monitoring.Kpis.FirstOrDefault(one =>
            one.IsAliveness && string.Equals(one.EventName, kpi.EventName, StringComparison.Ordinal));
        return rule is null ? kpi : kpi with
        {
            State = new KpiState(null, kpi.State.Trues, Math.Max(kpi.State.Falses, rule.OccurrencesFalse - 1)),
        };
    }

    private static bool IsUnder(string agent, AssignmentEpoch epoch, string? holder, long held) =>
        epoch.Value == held && string.Equals(agent, holder, StringComparison.Ordinal);

    private static KnownState Later(KnownState known, KnownState other) => other.Replaces(known) ? other : known;

    private KnownState Reported(string? agent, TargetId target, long epoch)
    {
        var under = new AssignmentEpoch(epoch);
        return agent is null
            ? KnownState.None
            : new KnownState(under, directory.LastReported(agent, new TargetEpoch(target, under)));
    }
}
