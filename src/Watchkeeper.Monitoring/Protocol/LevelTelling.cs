using Watchkeeper.Monitoring.Agents;

namespace Watchkeeper.Monitoring.Protocol;

/// <summary>Takes levels from the engine and sends them, one taker at a time.</summary>
/// <remarks>
/// Heartbeats and verdicts both carry levels. A turn lasts from the taking to the place in the queue, else an older
/// level of a target could be told after a newer one.
/// </remarks>
internal sealed class LevelTelling(ILinkedEngine engine, Func<AgentMessage, CancellationToken, Task> sendAsync)
    : IDisposable
{
    private readonly Turn _turn = new();

    /// <summary>Sends a heartbeat; unless it is bare, with every level that moved.</summary>
    public async Task BeatAsync(long number, bool isBare, CancellationToken cancellationToken)
    {
        await _turn.TakeAsync(cancellationToken);
        try
        {
            var moved = isBare ? [] : engine.TakeReports(AgentLimits.BatchSize, verdictsOnly: false);
            var beat = new AgentMessage.Heartbeat(number, moved, engine.Monitors, engine.ProbesPerSecond);
            await sendAsync(beat, cancellationToken);
            while (moved.Length == AgentLimits.BatchSize)
            {
                moved = engine.TakeReports(AgentLimits.BatchSize, verdictsOnly: false);
                await sendAsync(new AgentMessage.Reports(moved), cancellationToken);
            }
        }
        finally
        {
            _turn.GiveBack();
        }
    }

    /// <summary>Sends all verdicts that are news.</summary>
    public async Task TellVerdictsAsync(CancellationToken cancellationToken)
    {
        await _turn.TakeAsync(cancellationToken);
        try
        {
            ImmutableArray<MonitorReport> news;
            do
            {
                news = engine.TakeReports(AgentLimits.BatchSize, verdictsOnly: true);
                if (!news.IsEmpty)
                {
                    await sendAsync(new AgentMessage.Reports(news), cancellationToken);
                }
            }
            while (news.Length == AgentLimits.BatchSize);
        }
        finally
        {
            _turn.GiveBack();
        }
    }

    /// <inheritdoc />
    public void Dispose() => _turn.Dispose();
}
