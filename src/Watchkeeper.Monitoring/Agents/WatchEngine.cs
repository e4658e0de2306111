namespace Watchkeeper.Monitoring.Agents;

/// <summary>Watches targets: the same engine is the local MONA and the D-MONA.</summary>
public sealed class WatchEngine : IMonitoringAgent
{
    /// <summary>Runs the engine until it is cancelled. Everything else may be called before, during and after.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <inheritdoc />
    public Task<ImmutableArray<SetOutcome>> SetAsync(
        ImmutableArray<Assignment> assignments, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <inheritdoc />
    public Task<ImmutableArray<UnsetOutcome>> UnsetAsync(
        ImmutableArray<TargetEpoch> targets, TimeSpan hold, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    /// <inheritdoc />
    public void Release(ImmutableArray<TargetEpoch> targets) => throw new NotSupportedException();

    /// <inheritdoc />
    public Task<ImmutableArray<LookOutcome>> LookAsync(
        ImmutableArray<LookRequest> targets, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>What the engine holds: watched targets, sleepers, and remembered epochs.</summary>
    public Task<ImmutableArray<Holding>> HoldingsAsync(CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    /// <summary>Stops firing probes (answers in flight still count); what falls due meanwhile waits.</summary>
    public void Pause() => throw new NotSupportedException();

    /// <summary>Fires again: what is overdue fires once, now; missed beats are dropped.</summary>
    public void Resume() => throw new NotSupportedException();

    /// <summary>
    /// Called from the loop when the clock has jumped over the lease (suspended, starved) and the engine has paused itself;
    /// whoever sets it asks the manager what still holds, and then calls <see cref="Resume"/>. Null: the engine goes on.
    /// </summary>
    public Action? ClockJumped { get; set; }

    /// <summary>Returns when there is a verdict to tell.</summary>
    public Task WaitForVerdictsAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Takes reports that were not taken yet: the latest level of each target that changed since.</summary>
    /// <param name="most">At most so many.</param>
    /// <param name="verdictsOnly">Only those whose belief is news; else also those whose counters merely moved.</param>
    public ImmutableArray<MonitorReport> TakeReports(int most, bool verdictsOnly) => throw new NotSupportedException();

    /// <summary>Makes the level of every watched target news again: after a reconnect all of them are told.</summary>
    public void TellAll() => throw new NotSupportedException();

    /// <summary>The number of watched targets.</summary>
    public int Monitors => throw new NotSupportedException();

    /// <summary>Probes sent in the last full second.</summary>
    public double ProbesPerSecond => throw new NotSupportedException();
}
