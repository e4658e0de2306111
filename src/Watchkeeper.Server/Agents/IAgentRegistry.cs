using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Agents;

/// <summary>Where the agents that ever joined are kept.</summary>
internal interface IAgentRegistry
{
    /// <summary>All agents that ever joined and were not forgotten.</summary>
    Task<ImmutableArray<AgentRow>> AllAsync(CancellationToken cancellationToken);

    /// <summary>Keeps an agent, new or changed; returns when it is durable.</summary>
    Task PutAsync(AgentRow agent, CancellationToken cancellationToken);

    /// <summary>Forgets an agent.</summary>
    Task DeleteAsync(string name, CancellationToken cancellationToken);
}

/// <summary>The registry in the store.</summary>
internal sealed class StoredAgentRegistry(Store store) : IAgentRegistry
{
    public Task<ImmutableArray<AgentRow>> AllAsync(CancellationToken cancellationToken) =>
        store.AgentsAsync(cancellationToken);

    public Task PutAsync(AgentRow agent, CancellationToken cancellationToken) =>
        store.CommitAsync([AgentTable.Put(agent)], cancellationToken);

    public Task DeleteAsync(string name, CancellationToken cancellationToken) =>
        store.CommitAsync([AgentTable.Delete(name)], cancellationToken);
}
