using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Agents;

/// <summary>Where the agents that ever joined are kept.</summary>
internal interface IAgentRegistry
{
    Task<ImmutableArray<AgentRow>> AllAsync(CancellationToken cancellationToken);

    Task PutAsync(AgentRow agent, CancellationToken cancellationToken);

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
