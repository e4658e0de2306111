using Watchkeeper.Monitoring.Agents;

namespace Watchkeeper.Monitoring.Protocol;

/// <summary>Does what the manager asks of an agent, and answers. Requests start in order and may end in any.</summary>
/// <remarks>A look takes up to a second: it must not hold up a set. Epochs make the order of what overlaps harmless.</remarks>
internal sealed class AgentRequests(
    ILinkedEngine engine, HeldAssignments held, Func<AgentMessage, CancellationToken, Task> sendAsync)
{
    private readonly List<Task> _running = [];

    /// <summary>Starts a request; waits first while too many run, so that the manager feels it.</summary>
    public async Task BeginAsync(ServerMessage message, CancellationToken cancellationToken)
    {
        _running.RemoveAll(task => task.IsCompletedSuccessfully);
        while (_running.Count >= LinkLimits.RequestsAtOnce || _running.Exists(task => task.IsFaulted))
        {
            var ended = await Task.WhenAny(_running);
            _running.Remove(ended);
            await ended;
        }

        _running.Add(message switch
        {
            ServerMessage.SetRequest set => SetAsync(set, cancellationToken),
            ServerMessage.UnsetRequest unset => UnsetAsync(unset, cancellationToken),
            ServerMessage.LookBatch look => LookAsync(look, cancellationToken),
            _ => throw new InvalidOperationException($"{message.GetType().Name} is not a request."),
        });
    }

    /// <summary>Waits for what still runs, after the session's end.</summary>
    public Task EndAsync() => Task.WhenAll(_running);

    /// <summary>Sets what a difference asks for, and says what became of it.</summary>
    public async Task SetDifferenceAsync(ImmutableArray<Assignment> assignments, CancellationToken cancellationToken)
    {
        var outcomes = await DifferenceSets.ApplyAsync(engine, assignments, cancellationToken);
        held.Set(assignments, outcomes);
        await sendAsync(new AgentMessage.SetResult(0, outcomes), cancellationToken);
    }

    /// <summary>Leaves targets for good.</summary>
    public async Task LeaveAsync(ImmutableArray<TargetEpoch> targets, CancellationToken cancellationToken)
    {
        var outcomes = await engine.UnsetAsync(targets, TimeSpan.Zero, cancellationToken);
        held.Leave(Left(outcomes));
    }

    /// <summary>Forgets sleepers: somebody else watches now.</summary>
    public void Release(ImmutableArray<TargetEpoch> targets)
    {
        engine.Release(targets);
        held.Leave(targets);
    }

    private static IEnumerable<TargetEpoch> Left(ImmutableArray<UnsetOutcome> outcomes) => outcomes
        .Where(outcome => outcome.IsUnset)
        .Select(outcome => new TargetEpoch(outcome.Target, outcome.Epoch));

    private async Task SetAsync(ServerMessage.SetRequest set, CancellationToken cancellationToken)
    {
        var outcomes = await engine.SetAsync(set.Assignments, cancellationToken);
        held.Set(set.Assignments, outcomes);
        await sendAsync(new AgentMessage.SetResult(set.Request, outcomes), cancellationToken);
    }

    private async Task UnsetAsync(ServerMessage.UnsetRequest unset, CancellationToken cancellationToken)
    {
        var outcomes = await engine.UnsetAsync(unset.Targets, unset.Hold, cancellationToken);
        if (unset.Hold <= TimeSpan.Zero)
        {
            held.Leave(Left(outcomes));
        }

        await sendAsync(new AgentMessage.UnsetResult(unset.Request, outcomes), cancellationToken);
    }

    private async Task LookAsync(ServerMessage.LookBatch look, CancellationToken cancellationToken)
    {
        var outcomes = await engine.LookAsync(look.Targets, cancellationToken);
        await sendAsync(new AgentMessage.LookResult(look.Request, outcomes), cancellationToken);
    }
}
