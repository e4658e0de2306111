using System.Threading.Channels;
using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Monitoring.Protocol;

namespace Watchkeeper.Server.Agents.Link;

/// <summary>
/// The manager's end of one session with a D-MONA: asks it, and ends every wait when the session ends.
/// </summary>
/// <remarks>
/// The queue to the agent is bounded. When it is full, requests and differences wait for room, and releases are kept
/// for the next heartbeat. A fence or an acknowledgement is dropped: the next report is fenced again, the next
/// heartbeat answered.
/// </remarks>
internal sealed class ServerSession(
    Guid id, string agent, Guid process, ChannelWriter<Enveloped<ServerMessage>> toSend) : IMonitoringAgent
{
    private readonly Lock _lock = new();
    private readonly Latch _ended = new();
    private readonly Dictionary<long, TaskCompletionSource<AgentMessage>> _open = [];
    private readonly Dictionary<TargetId, AssignmentEpoch> _unreleased = [];
    private long _request;
    private string? _whyEnded;

    /// <summary>Names the session; messages of another are void.</summary>
    public Guid Id => id;

    /// <summary>The agent's process.</summary>
    public Guid Process => process;

    /// <summary>The agent's name.</summary>
    public string Agent => agent;

    /// <summary>Opens when the session has ended.</summary>
    public Latch Ended => _ended;

    /// <summary>Why it ended; null while it runs.</summary>
    public string? WhyEnded => _whyEnded;

    /// <inheritdoc />
    public async Task<ImmutableArray<SetOutcome>> SetAsync(
        ImmutableArray<Assignment> assignments, CancellationToken cancellationToken)
    {
        var outcomes = ImmutableArray.CreateBuilder<SetOutcome>(assignments.Length);
        foreach (var batch in Batches(assignments))
        {
            var result = await AskAsync<AgentMessage.SetResult>(
                request => new ServerMessage.SetRequest(request, batch),
                result => Answers(batch, result.Outcomes),
                cancellationToken);
            outcomes.AddRange(result.Outcomes);
            if (!result.Outcomes[^1].IsSet)
            {
                break;
            }
        }

        return outcomes.DrainToImmutable();
    }

    /// <inheritdoc />
    public async Task<ImmutableArray<UnsetOutcome>> UnsetAsync(
        ImmutableArray<TargetEpoch> targets, TimeSpan hold, CancellationToken cancellationToken)
    {
        var outcomes = ImmutableArray.CreateBuilder<UnsetOutcome>(targets.Length);
        foreach (var batch in Batches(targets))
        {
            var result = await AskAsync<AgentMessage.UnsetResult>(
                request => new ServerMessage.UnsetRequest(request, batch, hold),
                result => result.Outcomes.Select(outcome => outcome.Target)
                    .SequenceEqual(batch.Select(one => one.Target)),
                cancellationToken);
            outcomes.AddRange(result.Outcomes);
        }

        return outcomes.DrainToImmutable();
    }

    /// <inheritdoc />
    public void Release(ImmutableArray<TargetEpoch> targets)
    {
        lock (_lock)
        {
            foreach (var target in targets.Where(_ => _unreleased.Count < LinkLimits.TargetsPerAgent))
            {
                _unreleased[target.Target] = target.Epoch;
            }
        }

        SendReleases();
    }

    /// <summary>Sends the releases that found no room before: called again with every heartbeat.</summary>
    public void SendReleases()
    {
        lock (_lock)
        {
            while (_unreleased.Count > 0)
            {
                ImmutableArray<TargetEpoch> batch =
                    [.. _unreleased.Take(AgentLimits.BatchSize).Select(left => new TargetEpoch(left.Key, left.Value))];
                if (!TrySend(new ServerMessage.Release(batch)))
                {
                    return;
                }

                foreach (var target in batch)
                {
                    _unreleased.Remove(target.Target);
                }
            }
        }
    }

    /// <inheritdoc />
    public async Task<ImmutableArray<LookOutcome>> LookAsync(
        ImmutableArray<LookRequest> targets, CancellationToken cancellationToken)
    {
        // All at once: a look takes up to a second, however many are looked at.
        var results = await Task.WhenAll(Batches(targets).Select(batch => AskAsync<AgentMessage.LookResult>(
            request => new ServerMessage.LookBatch(request, batch),
            result => result.Outcomes.Select(outcome => outcome.Target)
                .SequenceEqual(batch.Select(one => one.Target)),
            cancellationToken)));
        return [.. results.SelectMany(result => result.Outcomes)];
    }

    /// <summary>Switches on exactly these drills, unless null; says which are on then.</summary>
    public async Task<ImmutableArray<Drill>> DrillAsync(
        ImmutableArray<Drill>? wanted, CancellationToken cancellationToken)
    {
        var result = await AskAsync<AgentMessage.DrillResult>(
            request => new ServerMessage.DrillRequest(request, wanted), _ => true, cancellationToken);
        return result.Active;
    }

    /// <summary>Sends a message, waiting for room.</summary>
    /// <exception cref="AgentLostException">The session has ended.</exception>
    public async Task SendAsync(ServerMessage message, CancellationToken cancellationToken)
    {
        try
        {
            await toSend.WriteAsync(new(id, message), cancellationToken);
        }
        catch (ChannelClosedException closed)
        {
            throw new AgentLostException($"Agent {agent} is lost: {_whyEnded ?? "its link broke"}.", closed);
        }
    }

    /// <summary>Sends a message that is safe to lose.</summary>
    public bool TrySend(ServerMessage message) => toSend.TryWrite(new(id, message));

    /// <summary>Hands a result to the caller that waits for it.</summary>
    /// <returns>False when nobody waits any more.</returns>
    public bool TryComplete(long request, AgentMessage result)
    {
        lock (_lock)
        {
            return _open.Remove(request, out var waiting) && waiting.TrySetResult(result);
        }
    }

    /// <summary>Ends the session because another one of the same name has joined.</summary>
    public void EndTakenOver(ServerSession by)
    {
        if (process != by.Process)
        {
            TrySend(new ServerMessage.Refused($"another process has joined as {agent}"));
        }

        End("another session has taken over");
    }

    /// <summary>Ends the session; every open call ends with <see cref="AgentLostException"/>.</summary>
    public void End(string why)
    {
        lock (_lock)
        {
            if (_whyEnded is not null)
            {
                return;
            }

            _whyEnded = why;
            foreach (var waiting in _open.Values)
            {
                waiting.TrySetException(new AgentLostException($"Agent {agent} is lost: {why}."));
            }

            _open.Clear();
        }

        toSend.TryComplete();
        _ended.Open();
    }

    private static IEnumerable<ImmutableArray<T>> Batches<T>(ImmutableArray<T> all)
    {
        for (var from = 0; from < all.Length; from += AgentLimits.BatchSize)
        {
            yield return all.Slice(from, Math.Min(AgentLimits.BatchSize, all.Length - from));
        }
    }

    private static bool Answers(ImmutableArray<Assignment> asked, ImmutableArray<SetOutcome> outcomes) =>
        !outcomes.IsEmpty
        && outcomes.Length <= asked.Length
        && outcomes.Zip(asked).All(pair => pair.First.Target == pair.Second.Target)
        && outcomes.SkipLast(1).All(outcome => outcome.IsSet)
        && (outcomes.Length == asked.Length || !outcomes[^1].IsSet);

    private async Task<TResult> AskAsync<TResult>(
        Func<long, ServerMessage> request, Func<TResult, bool> answers, CancellationToken cancellationToken)
        where TResult : AgentMessage
    {
        var number = Interlocked.Increment(ref _request);
        var waiting = new TaskCompletionSource<AgentMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (_whyEnded is not null)
            {
                throw new AgentLostException($"Agent {agent} is lost: {_whyEnded}.");
            }

            _open.Add(number, waiting);
        }

        try
        {
            await SendAsync(request(number), cancellationToken);

            // The caller's going is an outcome like the others, so that one of them is first.
            using var gone = cancellationToken.Register(() => waiting.TrySetCanceled(cancellationToken));
            if (await waiting.Task is TResult expected && answers(expected))
            {
                return expected;
            }
        }
        finally
        {
            lock (_lock)
            {
                _open.Remove(number);
            }
        }

        End("it answered something else than it was asked");
        throw new AgentLostException($"Agent {agent} is lost: {_whyEnded}.");
    }
}
