using Watchkeeper.Monitoring.Agents;

namespace Watchkeeper.Monitoring.Protocol;

/// <summary>Does what the manager asks of an agent, and answers. Requests start in order and may end in any.</summary>
/// <remarks>A look takes up to a second: it must not hold up a set. Epochs make the order of what overlaps
/// harmless.</remarks>
internal sealed class AgentRequests(
    ILinkedEngine engine, Func<AgentMessage, CancellationToken, Task> sendAsync)
{
    private readonly List<Task> _running = [];

    /// <summary>Starts a request; waits first while too many run, so that the manager feels it.</summary>
    public async Task BeginAsync(ServerMessage message, CancellationToken cancellationToken)
    {
        // What was let go without an answer is cancelled.
        _running.RemoveAll(task => task.IsCompletedSuccessfully || task.IsCanceled);
        while (_running.Count >= LinkLimits.RequestsAtOnce || _running.Exists(task => task.IsFaulted))
        {
            var ended = await Task.WhenAny(_running);
            _running.Remove(ended);
            if (!ended.IsCanceled)
            {
                await ended;
            }
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
        await sendAsync(new AgentMessage.SetResult(0, outcomes), cancellationToken);
    }

    private async Task SetAsync(ServerMessage.SetRequest set, CancellationToken cancellationToken)
    {
        var outcomes = await engine.SetAsync(set.Assignments, cancellationToken);
        await sendAsync(new AgentMessage.SetResult(set.Request, outcomes), cancellationToken);
    }

    private async Task UnsetAsync(ServerMessage.UnsetRequest unset, CancellationToken cancellationToken)
    {
        var outcomes = await engine.UnsetAsync(unset.Targets, unset.Hold, cancellationToken);
        await sendAsync(new AgentMessage.UnsetResult(unset.Request, outcomes), cancellationToken);
    }

    private async Task LookAsync(ServerMessage.LookBatch look, CancellationToken cancellationToken)
    {
        var outcomes = await engine.LookAsync(look.Targets, cancellationToken);
        await sendAsync(new AgentMessage.LookResult(look.Request, outcomes), cancellationToken);
    }
}
