using System.Text;
using Watchkeeper.Monitoring.Agents;

namespace Watchkeeper.Server.Agents.Reconciling;

/// <summary>Says which agents may guard a VM, best first. Pure.</summary>
internal static class GuardChoice
{
    /// <summary>Agents that are asked to look at a VM before the local MONA takes it.</summary>
    public const int MostAsked = 3;

    /// <summary>
    /// The D-MONAs that may guard a VM: ONLINE, not draining, with room, not the one that it lacks, nor the one that
    /// has just refused it. Those at the site of the one that it lacks come first; among equals each VM has an order of
    /// its own, so that they spread.
    /// </summary>
    /// <param name="target">The VM.</param>
    /// <param name="home">The agent that it lacks.</param>
    /// <param name="refused">The agent that was to guard it and did not take it: it is left out this time; null if
    /// there is none.</param>
    /// <param name="agents">All agents.</param>
    /// <param name="assignedTo">How many VMs an agent has.</param>
    public static ImmutableArray<string> For(
        TargetId target,
        string home,
        string? refused,
        ImmutableArray<AgentView> agents,
        Func<string, int> assignedTo)
    {
        var site = agents.FirstOrDefault(agent => agent.Name == home)?.Site;
        return
        [
            .. agents
                .Where(agent => agent is { Kind: AgentKind.Distributed, State: AgentState.Online, IsDraining: false }
                    && agent.Name != home
                    && agent.Name != refused
                    && assignedTo(agent.Name) < agent.Capacity)
                .OrderByDescending(agent => string.Equals(agent.Site, site, StringComparison.Ordinal))
                .ThenByDescending(agent => Weight(target, agent.Name))
                .ThenBy(agent => agent.Name, StringComparer.Ordinal)
                .Take(MostAsked)
                .Select(agent => agent.Name),
        ];
    }

    // Rendezvous hashing: FNV-1a, then mixed, so that it is the same in every process.
    private static ulong Weight(TargetId target, string agent)
    {
        var hash = 14695981039346656037UL;
        Span<byte> id = stackalloc byte[16];
        target.Value.TryWriteBytes(id);
        foreach (var one in (ReadOnlySpan<byte>)[.. id, .. Encoding.UTF8.GetBytes(agent)])
        {
            hash = unchecked((hash ^ one) * 1099511628211UL);
        }

        hash = unchecked((hash ^ (hash >> 33)) * 0xff51afd7ed558ccdUL);
        return hash ^ (hash >> 33);
    }
}
