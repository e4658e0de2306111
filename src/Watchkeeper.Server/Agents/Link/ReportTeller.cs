using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Monitoring.Protocol;

namespace Watchkeeper.Server.Agents.Link;

/// <summary>The agent's side of what the manager answers: over a link, or in the same process.</summary>
internal interface IToldAgent
{
    /// <summary>The agent asked what it should hold.</summary>
    Task ChangeAsync(long ask, AgentDifference difference, CancellationToken cancellationToken);

    /// <summary>The agent reported targets under epochs that are not the current ones.</summary>
    Task FenceAsync(ImmutableArray<TargetEpoch> targets, CancellationToken cancellationToken);
}

/// <summary>Takes what one agent says to the rest of the manager, one thing after another, however slow the store
/// is.</summary>
internal sealed partial class ReportTeller(
    string agent, IToldAgent told, IAgentEvents events, TimeProvider time, ILogger logger)
{
    /// <summary>The wait after the first failure; doubles with each further one.</summary>
    public static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(200);

    /// <summary>The longest wait: so long after the store works again its outages may be stored late.</summary>
    public static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly Signal _work = new();
    private readonly PendingReports _reports = new();
    private ImmutableArray<SetOutcome> _ended = [];
    private TimeSpan _retry;
    private (long Ask, ImmutableArray<Holding> Holdings)? _question;

    /// <summary>The agent asks what it should hold. A later question replaces an earlier one.</summary>
    public void Ask(long ask, ImmutableArray<Holding> holdings)
    {
        lock (_lock)
        {
            _question = (ask, holdings);
        }

        _work.Raise();
    }

    /// <summary>Sets that nobody waits for were answered.</summary>
    /// <returns>False when more wait to be told than any agent can hold.</returns>
    public bool TryEnd(ImmutableArray<SetOutcome> outcomes)
    {
        lock (_lock)
        {
            if (_ended.Length > LinkLimits.TargetsPerAgent)
            {
                return false;
            }

            _ended = _ended.AddRange(outcomes);
        }

        _work.Raise();
        return true;
    }

    /// <summary>The agent reports levels.</summary>
    /// <returns>False when it names more targets than any agent can hold.</returns>
    public bool TryReport(ImmutableArray<MonitorReport> reports)
    {
        var fits = _reports.TryAdd(reports);
        _work.Raise();
        return fits;
    }

    /// <summary>Runs until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await _work.WaitAsync(cancellationToken);
            while (await AnswerAsync(cancellationToken)
                || await EndAsync(cancellationToken)
                || await ReportAsync(cancellationToken))
            {
                // As long as there is something to tell.
            }
        }
    }

    private async Task<bool> AnswerAsync(CancellationToken cancellationToken)
    {
        (long Ask, ImmutableArray<Holding> Holdings)? question;
        lock (_lock)
        {
            question = _question;
            _question = null;
        }

        if (question is not { } asked)
        {
            return false;
        }

        return await TryAsync(
            async () =>
            {
                var difference = await events.ConnectedAsync(agent, asked.Holdings, cancellationToken);
                await told.ChangeAsync(asked.Ask, difference, cancellationToken);
            },
            () =>
            {
                lock (_lock)
                {
                    _question ??= asked;
                }
            },
            cancellationToken);
    }

    private async Task<bool> EndAsync(CancellationToken cancellationToken)
    {
        ImmutableArray<SetOutcome> ended;
        lock (_lock)
        {
            ended = _ended;
            _ended = [];
        }

        return !ended.IsEmpty && await TryAsync(
            () => events.SetEndedAsync(agent, ended, cancellationToken),
            () =>
            {
                lock (_lock)
                {
                    _ended = ended.AddRange(_ended);
                }
            },
            cancellationToken);
    }

    private async Task<bool> ReportAsync(CancellationToken cancellationToken)
    {
        var reports = _reports.Take();
        return !reports.IsEmpty && await TryAsync(
            async () =>
            {
                var stale = await events.ReportedAsync(agent, reports, cancellationToken);
                if (!stale.IsEmpty)
                {
                    await told.FenceAsync(stale, cancellationToken);
                }
            },
            () => _reports.PutBack(reports),
            cancellationToken);
    }

    // The boundary of a background loop: what the store can't take now is told again a little later.
    private async Task<bool> TryAsync(Func<Task> tellAsync, Action putBack, CancellationToken cancellationToken)
    {
        try
        {
            await tellAsync();
            Told();
        }
        catch (Exception failed) when (failed is not (OperationCanceledException or AgentLostException))
        {
            NotTold(failed);
            putBack();
            await Task.Delay(_retry, time, cancellationToken);
        }

        return true;
    }

    private void Told()
    {
        if (_retry > TimeSpan.Zero)
        {
            LogTold(agent);
            _retry = TimeSpan.Zero;
        }
    }

    // Why is said once: a disk that is full for an hour fills no log.
    private void NotTold(Exception failed)
    {
        if (_retry == TimeSpan.Zero)
        {
            LogNotTold(agent, failed);
            _retry = FirstRetry;
        }
        else
        {
            LogNotToldAgain(agent, failed.Message);
            _retry = _retry * 2 < LongestRetry ? _retry * 2 : LongestRetry;
        }
    }

    [LoggerMessage(LogLevel.Error, "What agent {Agent} said was not taken; it is told again")]
    private partial void LogNotTold(string agent, Exception exception);

    [LoggerMessage(LogLevel.Debug, "What agent {Agent} said was not taken again: {Why}")]
    private partial void LogNotToldAgain(string agent, string why);

    [LoggerMessage(LogLevel.Information, "What agent {Agent} says is taken again")]
    private partial void LogTold(string agent);
}
