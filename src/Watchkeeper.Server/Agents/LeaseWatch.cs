using Watchkeeper.Monitoring.Protocol;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Agents;

/// <summary>Watches the leases of agents, and says once when one is lost.</summary>
internal sealed partial class LeaseWatch(
    AgentDirectory directory, IAgentEvents events, TimeProvider time, ILogger<LeaseWatch> logger)
{
    /// <summary>How often it is stored when the agents that are there were last seen: what a manager that starts anew
    /// says of one that is gone is older than the truth by no more.</summary>
    public static readonly TimeSpan StoreEvery = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(1);

    private readonly Signal _toStore = new();
    private readonly Lock _lock = new();
    private readonly SortedSet<string> _unstored = new(StringComparer.Ordinal);

    /// <summary>Runs until it is cancelled.</summary>
    /// <remarks>The watch waits for no store: one that is slow, or hangs, holds up no other agent's lease.</remarks>
    public Task RunAsync(CancellationToken cancellationToken) =>
        JointLoops.RunAsync(cancellationToken, WatchAsync, StoreAsync, StoreEveryAsync);

    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var wait = NextCheck();
            var from = time.GetTimestamp();
            await Task.Delay(wait, time, cancellationToken);
            Excuse(time.GetElapsedTime(from) - wait);
            Expire();
        }
    }

    // No new deadline is nearer than the shortest silence that matters, so that a longer sleep misses none.
    private TimeSpan NextCheck()
    {
        var next = AgentLife.SuspectAfter;
        foreach (var agent in directory.Snapshot().Values.Where(IsOnLease))
        {
            var left = agent.NextCheck(time);
            next = left < next ? left : next;
        }

        return next > ShortestWait ? next : ShortestWait;
    }

    private static bool IsOnLease(KnownAgent agent) =>
        agent.Kind == AgentKind.Distributed && (agent.State != AgentState.Offline || agent.Session is not null);

    // A manager that was itself suspended or starved has not heard what agents said meanwhile.
    private void Excuse(TimeSpan late)
    {
        if (late <= AgentLife.WatchSlack)
        {
            return;
        }

        LogHeldUp(late);
        var ticks = (long)(late.TotalSeconds * time.TimestampFrequency);
        foreach (var name in directory.Snapshot().Keys)
        {
            directory.Change(name, agent => agent.Excused(ticks, time.GetTimestamp()));
        }
    }

    private void Expire()
    {
        foreach (var name in directory.Snapshot().Values.Where(IsOnLease).Select(agent => agent.Row.Name))
        {
            KnownAgent? before = null;
            var after = directory.Change(name, agent =>
            {
                before = agent;
                return agent.Silent(
                    time.GetElapsedTime(agent.HeardAt), agent.Unready(time), time.GetUtcNow());
            });
            if (before is null || after is null || before.State == after.State && before.Way == after.Way)
            {
                continue;
            }

            if (after.Way is null)
            {
                before.Session?.End(
                    before.IsReady ? "its lease has ended" : $"it was not ready within {LinkLimits.JoinWait}");
            }

            LogState(name, after.State);

            // One that was lost already, came back and was not ready yet is lost again: what was confirmed to it
            // meanwhile is not watched.
            if (after.State == AgentState.Offline && (before.State != AgentState.Offline || before.Way is not null))
            {
                events.Lost(name);
                Store([name]);
            }
        }
    }

    private async Task StoreEveryAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(StoreEvery, time, cancellationToken);
            Store(directory.Snapshot().Values
                .Where(agent => agent.Session is not null)
                .Select(agent => agent.Row.Name));
        }
    }

    private void Store(IEnumerable<string> names)
    {
        lock (_lock)
        {
            _unstored.UnionWith(names);
        }

        _toStore.Raise();
    }

    private async Task StoreAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await _toStore.WaitAsync(cancellationToken);
            ImmutableArray<string> names;
            lock (_lock)
            {
                names = [.. _unstored];
                _unstored.Clear();
            }

            // All at once: the agents of a site that is lost together share a commit.
            await directory.WithRowsAsync(
                async () =>
                {
                    await Task.WhenAll(names.Select(name => StoreLastSeenAsync(name, cancellationToken)));
                    return true;
                },
                cancellationToken);
        }
    }

    // For people only: that it could not be stored now changes nothing.
    private async Task StoreLastSeenAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            if (directory.Known(name) is { } agent)
            {
                await directory.Registry.PutAsync(
                    agent.Row with { LastSeen = directory.LastSeenOf(agent) }, cancellationToken);
            }
        }
        catch (Exception unstored) when (unstored is StoreUnavailableException or StoreConflictException)
        {
            LogNotStored(name, unstored.Message);
        }
    }

    [LoggerMessage(LogLevel.Information, "Agent {Agent} is {State}")]
    private partial void LogState(string agent, AgentState state);

    [LoggerMessage(LogLevel.Warning, "The manager was held up for {Late}; leases run on from now")]
    private partial void LogHeldUp(TimeSpan late);

    [LoggerMessage(LogLevel.Debug, "When agent {Agent} was last seen was not stored: {Why}")]
    private partial void LogNotStored(string agent, string why);
}
