using Watchkeeper.Monitoring.Protocol;
using Watchkeeper.Server.Agents.Reconciling;
using Watchkeeper.Server.Health;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Agents;

/// <summary>
/// Reads at start what the watch keeps in memory: assignments, levels, and the agents that ever joined.
/// </summary>
internal sealed class WatchState(
    Store store, Assignments assignments, LevelBook levels, AgentDirectory directory, Readiness readiness)
{
    /// <summary>Reads it, and registers the agent of this process.</summary>
    /// <param name="engine">That agent.</param>
    /// <param name="capacity">The targets that it watches at most.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task LoadAsync(ILinkedEngine engine, int capacity, CancellationToken cancellationToken)
    {
        assignments.Stored(await store.AllVnfcsAsync(cancellationToken));
        foreach (var level in await store.LevelsAsync(cancellationToken))
        {
            levels.Stored(level);
        }

        await directory.LoadAsync(cancellationToken);
        directory.AddLocal(engine, capacity, Software.Version, "default");
        readiness.Now();
    }
}

/// <summary>The loops of the watch that are no agent: leases, marks, counters, and whether all is as it should
/// be.</summary>
internal sealed class WatchLoops(
    LeaseWatch leases,
    MonitorMarks marks,
    CounterStoring counters,
    Reconciler reconciler,
    SilenceWatch silence,
    AgentDirectory directory)
{
    /// <summary>Runs them until they are cancelled.</summary>
    /// <remarks>One that fails ends the others and the process: a manager that misses one of them must not look
    /// well.</remarks>
    public Task RunAsync(CancellationToken cancellationToken) => JointLoops.RunAsync(
        cancellationToken,
        leases.RunAsync,
        token => marks.RunAsync(agent => directory.Find(agent) is not { State: AgentState.Online }, token),
        counters.RunAsync,
        reconciler.RunAsync,
        silence.RunAsync);
}
