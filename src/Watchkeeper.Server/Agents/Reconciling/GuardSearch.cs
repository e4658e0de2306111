using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Monitoring.Probes;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Agents.Reconciling;

/// <summary>Finds guards: an agent that reaches the VM, else the local MONA.</summary>
internal sealed class GuardSearch(AgentDirectory directory, Assignments assignments, AgentCalls calls)
{
    /// <summary>A guard for each VM; one for which there is none is left out.</summary>
    public async Task<ImmutableDictionary<TargetId, string>> FindAsync(
        ImmutableArray<DecidedVm> vms, CancellationToken cancellationToken)
    {
        var agents = directory.All();
        var candidates = vms.ToDictionary(
            vm => vm.Vnfc.Target,
            vm => GuardChoice.For(
                vm.Vnfc.Target, vm.Home, RefusedBy(vm.Vnfc.Vnfc), agents, assignments.CountOf));
        var found = ImmutableDictionary.CreateBuilder<TargetId, string>();
        for (var turn = 0; turn < GuardChoice.MostAsked; turn++)
        {
            var asked = vms
                .Where(vm => !found.ContainsKey(vm.Vnfc.Target) && candidates[vm.Vnfc.Target].Length > turn)
                .GroupBy(vm => candidates[vm.Vnfc.Target][turn], StringComparer.Ordinal)
                .Select(batch => LookAsync(batch.Key, [.. batch.Select(vm => vm.Vnfc)], cancellationToken));
            foreach (var (agent, seen) in await Task.WhenAll(asked))
            {
                found.AddRange(seen.Select(target => KeyValuePair.Create(target, agent)));
            }
        }

        // It may reach none of them either, or they are down: then somebody has at least to find that out.
        foreach (var vm in vms.Where(vm =>
            !found.ContainsKey(vm.Vnfc.Target) && vm.Home != AgentAddress.LocalName))
        {
            found[vm.Vnfc.Target] = AgentAddress.LocalName;
        }

        return found.ToImmutable();
    }

    // Who sees a VM and refuses it all the same would be chosen again and again.
    private static string? RefusedBy(Vnfc vnfc) =>
        vnfc.GuardFor is not null && vnfc.Monitor != MonitorState.Set ? vnfc.Agent : null;

    private async Task<(string Agent, ImmutableArray<TargetId> Seen)> LookAsync(
        string agent, ImmutableArray<WatchedVnfc> vnfcs, CancellationToken cancellationToken)
    {
        var seen = await calls.LookAsync(agent, vnfcs, cancellationToken);
        return (
            agent,
            [.. seen?.Where(one => one.Value.Kind == ProbeAnswerKind.Alive).Select(one => one.Key) ?? []]);
    }
}
