using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Monitoring.Agents;

namespace Watchkeeper.Server.Agents;

/// <summary>The agent in the manager's own process: the same engine as a D-MONA, with calls where that one has a link.</summary>
internal sealed partial class LocalMona(
    WatchEngine engine,
    AgentDirectory directory,
    IAgentEvents events,
    LocalCounters counters,
    TimeProvider time,
    ILogger<LocalMona> logger)
{
    /// <summary>The pause after an unexpected failure, so that a loop that fails at once does not spin.</summary>
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(1);

    /// <summary>Sets what the store says this agent is to watch, then runs the engine and carries its reports to the gate.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var running = engine.RunAsync(cancellationToken);
        await TakeUpAsync(cancellationToken);
        await Task.WhenAll(
            running,
            KeepGoingAsync(TellVerdictsAsync, cancellationToken),
            KeepGoingAsync(TellCountersAsync, cancellationToken));
    }

    private async Task TakeUpAsync(CancellationToken cancellationToken)
    {
        var difference = await events.ConnectedAsync(AgentAddress.LocalName, [], cancellationToken);
        for (var done = 0; done < difference.Set.Length; done += AgentLimits.BatchSize)
        {
            ImmutableArray<Assignment> batch =
                [.. difference.Set.AsSpan(done, Math.Min(AgentLimits.BatchSize, difference.Set.Length - done))];
            var outcomes = await engine.SetAsync(batch, cancellationToken);
            await events.SetEndedAsync(AgentAddress.LocalName, outcomes, cancellationToken);
        }
    }

    // The loop survives any failure and says so: one report that can't be stored must not end the watch of all VMs.
    private async Task KeepGoingAsync(Func<CancellationToken, Task> loop, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await loop(cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                LogLoopFailed(failure);
                engine.TellAll();
                await Task.Delay(PauseAfterFailure, time, cancellationToken);
            }
        }
    }

    private async Task TellVerdictsAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await engine.WaitForVerdictsAsync(cancellationToken);
            await TellAsync(engine.TakeReports(AgentLimits.BatchSize, verdictsOnly: true), cancellationToken);
        }
    }

    private async Task TellCountersAsync(CancellationToken cancellationToken)
    {
        using var beat = new PeriodicTimer(AgentLimits.Heartbeat, time);
        while (await beat.WaitForNextTickAsync(cancellationToken))
        {
            ImmutableArray<MonitorReport> reports;
            do
            {
                reports = engine.TakeReports(AgentLimits.BatchSize, verdictsOnly: false);
                await TellAsync(reports, cancellationToken);
                counters.Changed(reports);
            }
            while (reports.Length == AgentLimits.BatchSize);

            await counters.StoreAsync(cancellationToken);
        }
    }

    private async Task TellAsync(ImmutableArray<MonitorReport> reports, CancellationToken cancellationToken)
    {
        if (reports.IsEmpty)
        {
            return;
        }

        directory.Reported(AgentAddress.LocalName, reports);
        var fenced = await events.ReportedAsync(AgentAddress.LocalName, reports, cancellationToken);
        if (!fenced.IsEmpty)
        {
            await engine.UnsetAsync(fenced, TimeSpan.Zero, cancellationToken);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A loop of the local MONA failed and goes on")]
    private partial void LogLoopFailed(Exception exception);
}
