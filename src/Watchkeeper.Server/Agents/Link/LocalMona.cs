using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Monitoring.Protocol;

namespace Watchkeeper.Server.Agents.Link;

/// <summary>The agent inside the manager: says and is told what a D-MONA is, without a link.</summary>
internal sealed class LocalMona : IToldAgent
{
    private readonly ILinkedEngine _engine;
    private readonly AgentDirectory _directory;
    private readonly TimeProvider _time;
    private readonly ReportTeller _teller;
    private readonly Signal _asked = new();
    private readonly Lock _lock = new();
    private long _ask;

    public LocalMona(
        ILinkedEngine engine, AgentDirectory directory, IAgentEvents events, TimeProvider time,
        ILogger<LocalMona> logger)
    {
        _engine = engine;
        _directory = directory;
        _time = time;
        _teller = new ReportTeller(AgentAddress.LocalName, this, events, time, logger);
    }

    /// <summary>Runs until it is cancelled. The engine probes nothing until the first difference was applied.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        _engine.ClockJumped = Ask;
        Ask();
        await JointLoops.RunAsync(cancellationToken, _teller.RunAsync, AskAsync, TellAsync, CountAsync);
    }

    /// <inheritdoc />
    public async Task ChangeAsync(long ask, AgentDifference difference, CancellationToken cancellationToken)
    {
        if (!difference.Unset.IsEmpty)
        {
            await _engine.LeaveAsync(difference.Unset, cancellationToken);
        }

        if (!difference.Set.IsEmpty)
        {
            _teller.TryEnd(await DifferenceSets.ApplyAsync(_engine, difference.Set, cancellationToken));
        }

        _engine.TellAll();
        lock (_lock)
        {
            // A clock that jumped meanwhile has asked again: its own answer counts.
            if (ask == _ask)
            {
                _engine.Unpause();
            }
        }
    }

    /// <inheritdoc />
    public async Task FenceAsync(ImmutableArray<TargetEpoch> targets, CancellationToken cancellationToken)
    {
        _directory.ForgetReports(AgentAddress.LocalName, targets);
        await _engine.LeaveAsync(targets, cancellationToken);
    }

    private void Ask()
    {
        lock (_lock)
        {
            // Here, although the engine has paused itself: an earlier answer may have let it go on since.
            _engine.Pause();
            _ask++;
        }

        _asked.Raise();
    }

    private async Task AskAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await _asked.WaitAsync(cancellationToken);
            long ask;
            lock (_lock)
            {
                ask = _ask;
            }

            _teller.Ask(ask, await _engine.HoldingsAsync(cancellationToken));
        }
    }

    private async Task TellAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await _engine.WaitForVerdictsAsync(cancellationToken);
            Take(verdictsOnly: true);
        }
    }

    private async Task CountAsync(CancellationToken cancellationToken)
    {
        using var beats = new PeriodicTimer(AgentLimits.Heartbeat, _time);
        while (await beats.WaitForNextTickAsync(cancellationToken))
        {
            Take(verdictsOnly: false);
            _directory.Change(AgentAddress.LocalName, agent => agent with
            {
                Monitors = _engine.Monitors,
                ProbesPerSecond = _engine.ProbesPerSecond,
                HeardAt = _time.GetTimestamp(),
            });
        }
    }

    private void Take(bool verdictsOnly)
    {
        ImmutableArray<MonitorReport> reports;
        do
        {
            reports = _engine.TakeReports(AgentLimits.BatchSize, verdictsOnly);
            if (!reports.IsEmpty)
            {
                _directory.Known(AgentAddress.LocalName)?.Reports.TryKeep(reports);
                _teller.TryReport(reports);
            }
        }
        while (reports.Length == AgentLimits.BatchSize);
    }
}
