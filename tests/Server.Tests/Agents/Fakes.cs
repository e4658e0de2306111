using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Server.Agents;
using Watchkeeper.Server.Engine;
using Watchkeeper.Server.Storage;

namespace Server.Tests.Agents;

/// <summary>Stored agents in memory.</summary>
internal sealed class FakeRegistry : IAgentRegistry
{
    public Dictionary<string, AgentRow> Rows { get; } = [];

    public bool IsFull { get; set; }

    /// <summary>Until it completes the store is slow; null: it is not.</summary>
    public TaskCompletionSource? Held { get; set; }

    public Task<ImmutableArray<AgentRow>> AllAsync(CancellationToken cancellationToken) =>
        Task.FromResult(Rows.Values.ToImmutableArray());

    public async Task PutAsync(AgentRow agent, CancellationToken cancellationToken)
    {
        if (Held is { } held)
        {
            await held.Task.WaitAsync(cancellationToken);
        }

        if (IsFull)
        {
            throw new StoreUnavailableException("disk full", new IOException());
        }

        Rows[agent.Name] = agent;
    }

    public Task DeleteAsync(string name, CancellationToken cancellationToken)
    {
        Rows.Remove(name);
        return Task.CompletedTask;
    }
}

/// <summary>The rest of the manager: keeps what it was told, and answers what the test wants.</summary>
internal sealed class FakeAgentEvents : IAgentEvents
{
    public List<(string Agent, ImmutableArray<Holding> Holdings)> Connected { get; } = [];

    public List<MonitorReport> Reported { get; } = [];

    public List<SetOutcome> Ended { get; } = [];

    public List<string> LostAgents { get; } = [];

    public AgentDifference Difference { get; set; } = new([], []);

    public ImmutableArray<TargetEpoch> Stale { get; set; } = [];

    /// <summary>Until it completes the store is slow; null: it is not.</summary>
    public TaskCompletionSource? Held { get; set; }

    public int FailuresToCome { get; set; }

    public async Task<AgentDifference> ConnectedAsync(
        string agent, ImmutableArray<Holding> holdings, CancellationToken cancellationToken)
    {
        await WorkAsync(cancellationToken);
        Connected.Add((agent, holdings));
        return Difference;
    }

    public async Task<ImmutableArray<TargetEpoch>> ReportedAsync(
        string agent, ImmutableArray<MonitorReport> reports, CancellationToken cancellationToken)
    {
        await WorkAsync(cancellationToken);
        Reported.AddRange(reports);
        return Stale;
    }

    public async Task SetEndedAsync(
        string agent, ImmutableArray<SetOutcome> outcomes, CancellationToken cancellationToken)
    {
        await WorkAsync(cancellationToken);
        Ended.AddRange(outcomes);
    }

    public void Lost(string agent) => LostAgents.Add(agent);

    private async Task WorkAsync(CancellationToken cancellationToken)
    {
        if (Held is { } held)
        {
            await held.Task.WaitAsync(cancellationToken);
        }

        if (FailuresToCome > 0)
        {
            FailuresToCome--;
            throw new StoreUnavailableException("disk full", new IOException());
        }
    }
}

/// <summary>Ids that count.</summary>
internal sealed class CountingIds : IIdSource
{
    private int _last;

    public Guid Next() => new(++_last, 1, 1, new byte[8]);
}
