using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Monitoring.Probes;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Agents;

/// <summary>What an agent answered.</summary>
/// <param name="Outcomes">Its outcomes; empty when it did not answer.</param>
/// <param name="Failure">Why there is no answer; null when there is one.</param>
internal readonly record struct AgentAnswer<T>(ImmutableArray<T> Outcomes, string? Failure);

/// <summary>Asks agents, each question with its time-out. That there is no answer is a result, no exception.</summary>
internal sealed class AgentCalls(AgentDirectory directory, MonitorTimeouts timeouts, TimeProvider time)
{
    /// <summary>How long a look is waited for: three tries within one second, and the way there and back.</summary>
    private static readonly TimeSpan LookTimeout = TimeSpan.FromSeconds(2);

    /// <summary>Sets; what travels with the monitors is looked up once the agent is there to take it.</summary>
    public Task<AgentAnswer<SetOutcome>> SetAsync(
        string agent, Func<ImmutableArray<Assignment>> assignments, CancellationToken cancellationToken) => AskAsync(
        agent, timeouts.Set, (way, token) => way.SetAsync(assignments(), token), cancellationToken);

    /// <summary>Unsets.</summary>
    public Task<AgentAnswer<UnsetOutcome>> UnsetAsync(
        string agent, ImmutableArray<TargetEpoch> targets, TimeSpan hold, CancellationToken cancellationToken) =>
        AskAsync(agent, timeouts.Unset, (way, token) => way.UnsetAsync(targets, hold, token), cancellationToken);

    /// <summary>Has an agent look at VMs once.</summary>
    /// <returns>What it saw; null when it is not ONLINE or did not answer.</returns>
    public async Task<Dictionary<TargetId, ProbeAnswer>?> LookAsync(
        string agent, ImmutableArray<WatchedVnfc> vnfcs, CancellationToken cancellationToken)
    {
        await directory.SettledAsync(agent, cancellationToken);
        var (outcomes, failure) = await AskAsync(
            agent, LookTimeout, (way, token) => way.LookAsync([.. vnfcs.Select(LookOf)], token), cancellationToken);
        return failure is null ? outcomes.ToDictionary(outcome => outcome.Target, outcome => outcome.Answer) : null;
    }

    private async Task<AgentAnswer<T>> AskAsync<T>(
        string agent,
        TimeSpan timeout,
        Func<IMonitoringAgent, CancellationToken, Task<ImmutableArray<T>>> askAsync,
        CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            await directory.SettledAsync(agent, either.Token);
            return new(await askAsync(directory.Reach(agent), either.Token), null);
        }
        catch (AgentLostException lost)
        {
            return new([], lost.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new([], $"no answer within {timeout.TotalSeconds} s");
        }
    }

    private static LookRequest LookOf(WatchedVnfc vnfc) =>
        new(vnfc.Target, vnfc.Vnfc.Address, vnfc.Monitoring.Kpis.First(kpi => kpi.IsAliveness));
}
