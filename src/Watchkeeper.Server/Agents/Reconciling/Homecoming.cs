using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Monitoring.Probes;

namespace Watchkeeper.Server.Agents.Reconciling;

/// <summary>Takes VMs off their guards, when the agents that the deployments name see them.</summary>
internal sealed class Homecoming(AgentCalls calls, MonitorUnsetting unsetting)
{
    /// <summary>Looks, and takes those off their guards that may leave.</summary>
    /// <returns>The way home of each that may; its guard sleeps, and wakes by itself if nothing comes of it.</returns>
    public async Task<ImmutableArray<Reassignment>> LeaveGuardsAsync(
        ImmutableArray<DecidedVm> vms, CancellationToken cancellationToken)
    {
        var leaving = (await Task.WhenAll(vms
            .GroupBy(vm => vm.Home, StringComparer.Ordinal)
            .Select(batch => SeenAsync(batch.Key, [.. batch], cancellationToken)))).SelectMany(seen => seen);
        var byTarget = leaving.ToDictionary(vm => vm.Vnfc.Target);
        var unset = await unsetting.UnsetAsync(
            [.. byTarget.Values.Select(vm => vm.Vnfc)], isForGood: false, cancellationToken);
        return
        [
            .. unset.Select(result => byTarget[result.Vnfc.Target]).Zip(unset, (vm, result) => new Reassignment(
                vm, vm.Home, IsGuard: false, unsetting.LevelsOf([result]))),
        ];
    }

    // One that the home does not see stays with a guard that sees it; one that is down is nobody's to see.
    private async Task<IEnumerable<DecidedVm>> SeenAsync(
        string home, ImmutableArray<DecidedVm> vms, CancellationToken cancellationToken)
    {
        var seen = await calls.LookAsync(home, [.. vms.Select(vm => vm.Vnfc)], cancellationToken);
        return seen is null ? [] : vms.Where(vm => vm.Vnfc.Vnfc.State == VmState.Error || IsAlive(seen, vm));
    }

    private static bool IsAlive(Dictionary<TargetId, ProbeAnswer> seen, DecidedVm vm) =>
        seen.TryGetValue(vm.Vnfc.Target, out var answer) && answer.Kind == ProbeAnswerKind.Alive;
}
