using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Monitoring.Protocol;

namespace Watchkeeper.Server.Agents.Link;

/// <summary>Takes what a D-MONA says in one session. Reading never waits for the store, so that a slow store ends no
/// lease.</summary>
internal sealed class SessionIntake : IToldAgent
{
    private readonly ServerSession _session;
    private readonly AgentDirectory _directory;
    private readonly TimeProvider _time;
    private readonly ReportTeller _teller;
    private readonly ImmutableArray<Holding>.Builder _holdings = ImmutableArray.CreateBuilder<Holding>();

    private long _ask;

    public SessionIntake(
        ServerSession session, AgentDirectory directory, IAgentEvents events, TimeProvider time, ILogger logger)
    {
        _session = session;
        _directory = directory;
        _time = time;
        _teller = new ReportTeller(session.Agent, this, events, time, logger);
    }

    /// <summary>Runs until the link breaks or the session is ended.</summary>
    public Task RunAsync(LinkEnd<AgentMessage, ServerMessage> end, CancellationToken cancellationToken) =>
        JointLoops.RunAsync(
            cancellationToken, token => ReceiveAsync(end, token), _teller.RunAsync, _session.Ended.WaitAsync);

    /// <inheritdoc />
    public async Task ChangeAsync(long ask, AgentDifference difference, CancellationToken cancellationToken)
    {
        _directory.Change(_session, agent => agent.Answered(_time.GetTimestamp()));
        var from = 0;
        bool isLast;
        do
        {
            var set = Part(difference.Set, from);
            var unset = Part(difference.Unset, from);
            from += AgentLimits.BatchSize;
            isLast = from >= difference.Set.Length && from >= difference.Unset.Length;
            if (isLast)
            {
                // An agent that says it is ready is ONLINE by then.
                _directory.Change(_session, agent => agent.Ready());
            }

            await _session.SendAsync(new ServerMessage.Difference(ask, set, unset, isLast), cancellationToken);
        }
        while (!isLast);
    }

    /// <inheritdoc />
    public Task FenceAsync(ImmutableArray<TargetEpoch> targets, CancellationToken cancellationToken)
    {
        _directory.ForgetReports(_session.Agent, targets);
        for (var from = 0; from < targets.Length; from += AgentLimits.BatchSize)
        {
            _session.TrySend(new ServerMessage.Fenced(Part(targets, from)));
        }

        return Task.CompletedTask;
    }

    private static ImmutableArray<T> Part<T>(ImmutableArray<T> all, int from) =>
        from >= all.Length ? [] : all.Slice(from, Math.Min(AgentLimits.BatchSize, all.Length - from));

    private async Task ReceiveAsync(LinkEnd<AgentMessage, ServerMessage> end, CancellationToken cancellationToken)
    {
        while (await end.Received.WaitToReadAsync(cancellationToken))
        {
            while (end.Received.TryRead(out var received))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (received.Session == _session.Id)
                {
                    Take(received.Message);
                }
            }
        }
    }

    private void Take(AgentMessage message)
    {
        switch (message)
        {
            case AgentMessage.Heartbeat beat:
                Hear(beat);
                break;
            case AgentMessage.Reports reports:
                Keep(reports.Batch);
                break;
            case AgentMessage.Holdings holdings:
                Gather(holdings);
                break;
            case AgentMessage.SetResult result:
                if (!_session.TryComplete(result.Request, result) && !_teller.TryEnd(result.Outcomes))
                {
                    throw new LinkFormatException("Too many sets were answered that nobody waits for.");
                }

                break;
            case AgentMessage.UnsetResult result:
                _session.TryComplete(result.Request, result);
                break;
            case AgentMessage.LookResult result:
                _session.TryComplete(result.Request, result);
                break;
            case AgentMessage.DrillResult result:
                _session.TryComplete(result.Request, result);
                break;
            default:
                throw new LinkFormatException($"{message.GetType().Name} came inside a session.");
        }
    }

    private void Hear(AgentMessage.Heartbeat beat)
    {
        _directory.Change(_session, agent => agent.Heard(_time.GetTimestamp()) with
        {
            Monitors = beat.Monitors,
            ProbesPerSecond = beat.ProbesPerSecond,
        });
        _session.TrySend(new ServerMessage.HeartbeatAck(beat.Number));
        _session.SendReleases();
        Keep(beat.Moved);
    }

    private void Keep(ImmutableArray<MonitorReport> reports)
    {
        if (reports.IsEmpty)
        {
            return;
        }

        var kept = _directory.Known(_session.Agent)?.Reports.TryKeep(reports) ?? true;
        if (!kept || !_teller.TryReport(reports))
        {
            throw new LinkFormatException($"Reports name more than {LinkLimits.TargetsPerAgent} targets.");
        }
    }

    private void Gather(AgentMessage.Holdings holdings)
    {
        if (holdings.Ask != _ask)
        {
            _ask = holdings.Ask;
            _holdings.Clear();
        }

        _holdings.AddRange(holdings.Batch);
        if (_holdings.Count > LinkLimits.TargetsPerAgent)
        {
            throw new LinkFormatException($"Holdings name more than {LinkLimits.TargetsPerAgent} targets.");
        }

        if (holdings.IsLast)
        {
            _directory.Change(_session, agent => agent.Asked(_time.GetTimestamp()));
            _teller.Ask(holdings.Ask, _holdings.ToImmutable());
            _holdings.Clear();
        }
    }
}
