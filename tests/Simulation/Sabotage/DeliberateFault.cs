using Microsoft.Extensions.DependencyInjection;
using Watchkeeper.Monitoring.Protocol;

namespace Simulation.Sabotage;

/// <summary>Something done wrong on purpose: the invariant that must catch it, and a seed in which it does.</summary>
/// <param name="Name">What is done wrong.</param>
/// <param name="CaughtBy">The invariant.</param>
/// <param name="Seed">The seed.</param>
internal sealed record DeliberateFault(string Name, string CaughtBy, int Seed)
{
    /// <summary>Parts of the manager that are replaced.</summary>
    public Action<IServiceCollection, World>? InServer { get; init; }

    /// <summary>What stands between an agent's link and its engine.</summary>
    public Func<ILinkedEngine, World, ILinkedEngine>? OnAgent { get; init; }

    /// <summary>What the manager makes of what comes from an agent.</summary>
    public Func<AgentMessage, AgentMessage>? InLink { get; init; }

    /// <summary>A trigger in the database that spoils what is stored.</summary>
    public string? Trigger { get; init; }

    /// <summary>Whether nobody looks for operations that were left lying.</summary>
    public bool HasNoRecovery { get; init; }
}
