using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Engine;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Agents.Reconciling;

/// <summary>What the reconciler is told by the settings.</summary>
/// <param name="GuardAfter">How long a VM is left without a monitor before it gets a guard
/// (<c>unwatched.guardAfter</c>).</param>
internal sealed record ReconcileSettings(TimeSpan GuardAfter);

/// <summary>A VM for which something is to be done now.</summary>
/// <param name="Vnfc">The VM as it is stored.</param>
/// <param name="Home">The agent that the stored deployment names.</param>
/// <param name="IsHomeOnline">Whether that agent is ONLINE.</param>
/// <param name="Act">What is to be done.</param>
/// <param name="Demands">What must still hold when it is stored: that no operation is at work.</param>
internal sealed record DecidedVm(
    WatchedVnfc Vnfc, string Home, bool IsHomeOnline, ReconcileAct Act, ImmutableArray<Write> Demands);

/// <summary>Finds the VMs whose monitor is not where it should be, and for which something can be done now.</summary>
/// <remarks>
/// The unsettled ones are an index in memory, and most of them are ruled out by what is in memory: only of a bounded
/// number is the truth read, those first that have waited longest.
/// </remarks>
internal sealed class UnsettledScan(
    Assignments assignments,
    AgentDirectory directory,
    UnsettledVms vms,
    Store store,
    PlanCatalog plans,
    ReconcileSettings settings)
{
    /// <summary>VMs that are decided in one round.</summary>
    public const int MostPerRound = 500;

    /// <summary>Decides.</summary>
    public async Task<ImmutableArray<DecidedVm>> DecideAsync(CancellationToken cancellationToken)
    {
        var unsettled = assignments.Unsettled();
        vms.Update(unsettled);
        if (unsettled.IsEmpty)
        {
            return [];
        }

        await store.DemandWritesAsync(cancellationToken);
        var homes = new Dictionary<string, HomeAgent>(StringComparer.Ordinal);
        var due = unsettled
            .Where(vnfc => Guess(vnfc, homes) != ReconcileAct.Leave)
            .OrderBy(vnfc => vms.NextTryOf(vnfc.Target))
            .Take(MostPerRound)
            .GroupBy(vnfc => vnfc.Vnfc.VnfInstanceId);
        var decided = await Task.WhenAll(due.Select(
            group => DecideAsync(group.Key, [.. group], homes, cancellationToken)));
        return [.. decided.SelectMany(one => one)];
    }

    /// <summary>Takes note of a VM that could not be settled.</summary>
    public void NotSettled(WatchedVnfc vnfc, bool isFailure)
    {
        if (isFailure)
        {
            vms.Failed(vnfc.Target, settings.GuardAfter);
        }
        else
        {
            vms.Postponed(vnfc.Target);
        }
    }

    /// <summary>
    /// A VM that was decided, as its row is now; null when it is gone, or nobody is to watch it any more.
    /// </summary>
    public DecidedVm? Again(DecidedVm vm) =>
        assignments.TryFind(vm.Vnfc.Target, out var row) && row.Vnfc.IsToBeWatched() ? vm with { Vnfc = row } : null;

    // By what is in memory: the row names its home, unless its deployment was changed just now.
    private ReconcileAct Guess(WatchedVnfc vnfc, Dictionary<string, HomeAgent> homes)
    {
        var name = vnfc.Vnfc.GuardFor ?? vnfc.Vnfc.Agent!;
        var home = HomeOf(name, homes);
        vms.HomeIsAway(vnfc.Target, !home.IsOnline);
        return ReconcileDecision.For(vms.View(vnfc, name), home, isHeld: false, settings.GuardAfter);
    }

    private async Task<ImmutableArray<DecidedVm>> DecideAsync(
        VnfInstanceId id,
        ImmutableArray<WatchedVnfc> guessed,
        Dictionary<string, HomeAgent> homes,
        CancellationToken cancellationToken)
    {
        var instance = await store.FindInstanceAsync(id, cancellationToken);
        var open = await store.FindOpenOccurrenceAsync(id, cancellationToken);
        var rows = await store.VnfcsAsync(id, cancellationToken);
        assignments.Refreshed(rows);
        if (instance?.Deployment is not { } deployment)
        {
            return [];
        }

        var home = HomeOf(deployment.Agent.Name, homes);
        var isHeld = open is not null && HoldsMonitors(open);
        var wanted = guessed.Select(vnfc => vnfc.Target).ToHashSet();
        var decided = ImmutableArray.CreateBuilder<DecidedVm>();
        foreach (var row in rows.Where(row => wanted.Contains(row.Target) && row.Vnfc.IsToBeWatched()))
        {
            var act = ReconcileDecision.For(
                vms.View(row, deployment.Agent.Name), home, isHeld, settings.GuardAfter);
            if (act == ReconcileAct.Leave)
            {
                vms.Postponed(row.Target);
            }
            else
            {
                decided.Add(new DecidedVm(
                    row, deployment.Agent.Name, home.IsOnline, act, DemandsOf(instance, open)));
            }
        }

        return decided.ToImmutable();
    }

    // Of one that a newer Watchkeeper opened nothing is known but that it is at work.
    private bool HoldsMonitors(VnfLcmOpOcc open) =>
        plans.TryFind(open, out var plan) ? LcmDecider.HoldsMonitors(open, plan) : open.IsAtWork;

    // An operation that is opened, or goes on, between the look and the commit keeps the VM for itself.
    private static ImmutableArray<Write> DemandsOf(VnfInstance instance, VnfLcmOpOcc? open) =>
    [
        InstanceTable.DemandUnchanged(instance),
        open is null ? OccurrenceTable.DemandNoneOpen(instance.Id) : OccurrenceDemand.Unchanged(open),
    ];

    private HomeAgent HomeOf(string name, Dictionary<string, HomeAgent> homes)
    {
        lock (homes)
        {
            if (!homes.TryGetValue(name, out var home))
            {
                homes[name] = home = directory.Find(name) is { } agent
                    ? new HomeAgent(
                        agent.State == AgentState.Online,
                        !agent.IsDraining && assignments.CountOf(name) < agent.Capacity)
                    : default;
            }

            return home;
        }
    }
}
