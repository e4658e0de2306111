using System.Collections.Frozen;
using System.Threading.Channels;
using Watchkeeper.Monitoring.Agents;

namespace Watchkeeper.Monitoring.Protocol;

/// <summary>One session of an agent with the manager, over whatever carries it.</summary>
/// <remarks>
/// When the manager does not read, the queue to it fills and everything here waits, heartbeats included: the lease ends
/// and the session with it. Nothing is lost by that: levels stay in the engine and all of them are told afresh.
/// </remarks>
internal sealed class AgentSession
{
    private readonly AgentIdentity _identity;
    private readonly ILinkedEngine _engine;
    private readonly ResumeGate _gate;
    private readonly LinkEnd<ServerMessage, AgentMessage> _end;
    private readonly TimeProvider _time;
    private readonly AgentRequests _requests;
    private readonly Action _joined;
    private readonly HashSet<TargetId> _wanted = [];
    private readonly Latch _settled = new();
    private Guid _session;
    private long _heardAt;
    private string? _refusal;

    public AgentSession(
        AgentIdentity identity, ILinkedEngine engine, ResumeGate gate, LinkEnd<ServerMessage, AgentMessage> end,
        TimeProvider time, Action joined)
    {
        _identity = identity;
        _engine = engine;
        _gate = gate;
        _end = end;
        _time = time;
        _joined = joined;
        _requests = new AgentRequests(engine, SendAsync);
    }

    /// <summary>Runs the session to its end.</summary>
    /// <returns>Why the manager refused the agent; null when the link broke.</returns>
    /// <exception cref="LinkBrokenException">The link broke, with the reason.</exception>
    public async Task<string?> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await SendAsync(Hello(), cancellationToken);
            if (!await JoinAsync(cancellationToken))
            {
                return _refusal;
            }

            using var telling = new LevelTelling(_engine, SendAsync);
            try
            {
                await JointLoops.RunAsync(
                    cancellationToken, ReceiveAsync, token => BeatAsync(telling, token),
                    token => TellAsync(telling, token), AskAsync);
            }
            finally
            {
                await EndRequestsAsync();
            }

            return _refusal;
        }
        catch (ChannelClosedException closed)
        {
            return LastWord()
                ?? throw new LinkBrokenException(closed.InnerException?.Message ?? "The link was closed.", closed);
        }
        catch (LinkBrokenException) when (LastWord() is not null)
        {
            return _refusal;
        }
        finally
        {
            _end.ToSend.TryComplete();
        }
    }

    // A sender may notice the end of the link before the receiver has read why it ended.
    private string? LastWord()
    {
        while (_refusal is null && _end.Received.TryRead(out var received))
        {
            _refusal = (received.Message as ServerMessage.Refused)?.Reason;
        }

        return _refusal;
    }

    private AgentMessage.Hello Hello() => new(
        _identity.Name, _identity.Token, _identity.Key, _identity.Site, _identity.Capacity, _identity.Software,
        _identity.Process);

    // Not AsTask: it would go on on a pool thread.
    private async Task SendAsync(AgentMessage message, CancellationToken cancellationToken) =>
        await _end.ToSend.WriteAsync(new(_session, message), cancellationToken);

    private async Task<bool> JoinAsync(CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(LinkLimits.JoinWait, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            var (session, message) = await _end.Received.ReadAsync(either.Token);
            switch (message)
            {
                case ServerMessage.Welcome:
                    _session = session;
                    _heardAt = _time.GetTimestamp();
                    return true;
                case ServerMessage.Refused refused:
                    _refusal = refused.Reason;
                    return false;
                default:
                    throw new LinkBrokenException($"The manager began with {message.GetType().Name}.");
            }
        }
        catch (OperationCanceledException late) when (deadline.IsCancellationRequested)
        {
            throw new LinkBrokenException("The manager did not answer the hello.", late);
        }
    }

    private async Task ReceiveAsync(CancellationToken cancellationToken)
    {
        while (await _end.Received.WaitToReadAsync(cancellationToken))
        {
            while (_end.Received.TryRead(out var received))
            {
                if (received.Session != _session && received.Message is not ServerMessage.Refused)
                {
                    continue;
                }

                Interlocked.Exchange(ref _heardAt, _time.GetTimestamp());
                await TakeAsync(received.Message, cancellationToken);
                if (_refusal is not null)
                {
                    return;
                }
            }
        }
    }

    private async Task TakeAsync(ServerMessage message, CancellationToken cancellationToken)
    {
        switch (message)
        {
            case ServerMessage.HeartbeatAck:
                break;
            case ServerMessage.SetRequest or ServerMessage.UnsetRequest or ServerMessage.LookBatch:
                await _requests.BeginAsync(message, cancellationToken);
                break;
            case ServerMessage.DrillRequest drill:
                await SendAsync(
                    new AgentMessage.DrillResult(drill.Request, _engine.SwitchDrills(drill.Wanted)),
                    cancellationToken);
                break;
            case ServerMessage.Difference difference:
                await ApplyAsync(difference, cancellationToken);
                break;
            case ServerMessage.Release release:
                _engine.Release(release.Targets);
                break;
            case ServerMessage.Fenced fenced:
                await _engine.LeaveAsync(fenced.Targets, cancellationToken);
                break;
            case ServerMessage.Refused refused:
                _refusal = refused.Reason;
                break;
            default:
                throw new LinkBrokenException($"The manager sent {message.GetType().Name} inside a session.");
        }
    }

    private async Task ApplyAsync(ServerMessage.Difference difference, CancellationToken cancellationToken)
    {
        if (!difference.ToUnset.IsEmpty)
        {
            await _engine.LeaveAsync(difference.ToUnset, cancellationToken);
        }

        if (!difference.ToSet.IsEmpty)
        {
            _wanted.UnionWith(difference.ToSet.Select(assignment => assignment.Target));
            await _requests.SetDifferenceAsync(difference.ToSet, cancellationToken);
        }

        if (difference.IsLast)
        {
            await _engine.LeaveResumedAsync(_wanted.ToFrozenSet(), cancellationToken);
            _wanted.Clear();
        }

        if (difference.IsLast && _gate.Answered(difference.Ask))
        {
            _engine.TellAll();
            _settled.Open();
            _joined();
        }
    }

    private async Task AskAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var ask = _gate.Ask;
            var holdings = await _engine.HoldingsAsync(cancellationToken);
            var from = 0;
            do
            {
                var count = Math.Min(AgentLimits.BatchSize, holdings.Length - from);
                var batch = holdings.Slice(from, count);
                from += count;
                await SendAsync(new AgentMessage.Holdings(ask, batch, from == holdings.Length), cancellationToken);
            }
            while (from < holdings.Length);

            while (_gate.Ask == ask)
            {
                await _gate.ToSend.WaitAsync(cancellationToken);
            }
        }
    }

    private async Task BeatAsync(LevelTelling telling, CancellationToken cancellationToken)
    {
        using var beats = new PeriodicTimer(AgentLimits.Heartbeat, _time);
        for (var number = 1L; ; number++)
        {
            await telling.BeatAsync(number, isBare: !_settled.IsOpen, cancellationToken);
            await beats.WaitForNextTickAsync(cancellationToken);
            if (_time.GetElapsedTime(Interlocked.Read(ref _heardAt)) > LinkLimits.ServerSilence)
            {
                throw new LinkBrokenException("The manager fell silent.");
            }
        }
    }

    private async Task TellAsync(LevelTelling telling, CancellationToken cancellationToken)
    {
        await _settled.WaitAsync(cancellationToken);
        while (true)
        {
            await _engine.WaitForVerdictsAsync(cancellationToken);
            await telling.TellVerdictsAsync(cancellationToken);
        }
    }

    private async Task EndRequestsAsync()
    {
        try
        {
            await _requests.EndAsync();
        }
        catch (OperationCanceledException)
        {
            // The session has ended; the manager knows that its requests have no answer.
        }
        catch (ChannelClosedException)
        {
            // Likewise: the link went first.
        }
    }
}
