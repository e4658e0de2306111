namespace Watchkeeper.Server.Storage;

/// <summary>The writes of one caller on their way through the writer: stored whole, or not at all.</summary>
internal sealed class CommitUnit(ImmutableArray<Write> writes)
{
    private const int Waiting = 0;
    private const int Taken = 1;
    private const int Withdrawn = 2;

    private readonly TaskCompletionSource _stored = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _stage = Waiting;

    public ImmutableArray<Write> Writes => writes;

    /// <summary>Returns when the unit is durable. Cancelled means: nothing was stored.</summary>
    public async Task StoredAsync(CancellationToken cancellationToken)
    {
        // Once the writer has it, the answer is near, and a caller that left would not know what became of it.
        await using (cancellationToken.UnsafeRegister(
            static (unit, token) => ((CommitUnit)unit!).Withdraw(token), this))
        {
            await _stored.Task;
        }
    }

    /// <summary>Whether the writer may have it; not when its caller has given up.</summary>
    public bool TryTake() => Interlocked.CompareExchange(ref _stage, Taken, Waiting) == Waiting;

    /// <summary>Tells the caller what became of it: stored, or refused by the exception.</summary>
    public void End(Exception? refusal)
    {
        if (refusal is null)
        {
            _stored.TrySetResult();
        }
        else
        {
            _stored.TrySetException(refusal);
        }
    }

    private void Withdraw(CancellationToken token)
    {
        if (Interlocked.CompareExchange(ref _stage, Withdrawn, Waiting) == Waiting)
        {
            _stored.TrySetCanceled(token);
        }
    }
}
