using Watchkeeper.Monitoring.Probes;

namespace Watchkeeper.Monitoring.Agents;

/// <summary>Something that the engine's loop is asked to do.</summary>
internal interface IWatchRequest
{
    /// <summary>Does it, in the loop. False: it will never be answered (a drill).</summary>
    bool Do(long now);

    /// <summary>It can't be done.</summary>
    void Fail(Exception error);

    /// <summary>Lets go of it: whoever still waits has no answer, and will have none.</summary>
    void Drop();
}

/// <summary>A request that is answered at once.</summary>
/// <param name="act">What is done; a default array means that no answer is given.</param>
internal sealed class WatchRequest<T>(Func<long, ImmutableArray<T>> act) : IWatchRequest
{
    /// <summary>The answer.</summary>
    public TaskCompletionSource<ImmutableArray<T>> Answer { get; } =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <inheritdoc />
    public bool Do(long now)
    {
        var answer = act(now);
        return !answer.IsDefault && (Answer.TrySetResult(answer) || true);
    }

    /// <inheritdoc />
    public void Fail(Exception error) => Answer.TrySetException(error);

    /// <inheritdoc />
    public void Drop() => Answer.TrySetCanceled();
}

/// <summary>A request to look at targets, answered when the last of them was looked at.</summary>
internal sealed class LookBatch(ImmutableArray<LookRequest> requests, LookRounds rounds) : IWatchRequest
{
    private readonly LookOutcome[] _outcomes = new LookOutcome[requests.Length];
    private int _open = requests.Length;

    /// <summary>What is to be looked at.</summary>
    public ImmutableArray<LookRequest> Requests => requests;

    /// <summary>The answer.</summary>
    public TaskCompletionSource<ImmutableArray<LookOutcome>> Answer { get; } =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <inheritdoc />
    public bool Do(long now)
    {
        rounds.Begin(this, now);
        return true;
    }

    /// <inheritdoc />
    public void Fail(Exception error) => Answer.TrySetException(error);

    /// <inheritdoc />
    public void Drop() => Answer.TrySetCanceled();

    /// <summary>One look has ended.</summary>
    public void Ended(int position, ProbeAnswer answer)
    {
        _outcomes[position] = new LookOutcome(requests[position].Target, answer);
        if (--_open == 0)
        {
            Answer.TrySetResult([.. _outcomes]);
        }
    }
}
