using Watchkeeper.Monitoring.Protocol;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Agents;

/// <summary>Watches the leases of agents, and says once when one is lost.</summary>
internal sealed partial class LeaseWatch(
    AgentDirectory directory, IAgentEvents events, TimeProvider time, ILogger<LeaseWatch> logger)
{
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(1);

    /// <summary>Runs until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var wait = NextCheck();
            var from = time.GetTimestamp();
            await Task.Delay(wait, time, cancellationToken);
            Excuse(time.GetElapsedTime(from) - wait);
            foreach (var row in Expire())
            {
                await StoreLastSeenAsync(row, cancellationToken);
            }
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
            directory.Change(name, agent => agent.Excused(ticks));
        }
    }

    private List<AgentRow> Expire()
    {
        var lost = new List<AgentRow>();
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
                lost.Add(after.Row);
            }
        }

        return lost;
    }

    // For people only: that it could not be stored now changes nothing.
    private async Task StoreLastSeenAsync(AgentRow row, CancellationToken cancellationToken)
    {
        try
        {
            await directory.WithRowsAsync(
                async () =>
                {
                    if (directory.Known(row.Name) is { State: AgentState.Offline } agent)
                    {
                        await directory.Registry.PutAsync(agent.Row, cancellationToken);
                    }

                    return true;
                },
                cancellationToken);
        }
        catch (Exception unstored) when (unstored is StoreUnavailableException or StoreConflictException)
        {
            LogNotStored(row.Name, unstored);
        }
    }

    [LoggerMessage(LogLevel.Information, "Agent {Agent} is {State}")]
    private partial void LogState(string agent, AgentState state);

    [LoggerMessage(LogLevel.Warning, "The manager was held up for {Late}; leases run on from now")]
    private partial void LogHeldUp(TimeSpan late);

    [LoggerMessage(LogLevel.Warning, "When agent {Agent} was last seen was not stored")]
    private partial void LogNotStored(string agent, Exception exception);
}
