namespace Monitoring.Tests;

/// <summary>Runs everything that is awaited in a test on the test's own thread, in order.</summary>
internal sealed class Lane : SynchronizationContext
{
    private readonly Queue<(SendOrPostCallback Callback, object? State)> _posted = new();
    private readonly int _thread = Environment.CurrentManagedThreadId;

    public override void Post(SendOrPostCallback d, object? state)
    {
        if (Environment.CurrentManagedThreadId != _thread)
        {
            throw new InvalidOperationException("Something ran on a foreign thread.");
        }

        _posted.Enqueue((d, state));
    }

    /// <summary>Calls something in the lane and does all that follows from it.</summary>
    public T Call<T>(Func<T> act)
    {
        var before = Current;
        SetSynchronizationContext(this);
        try
        {
            var result = act();
            Settle();
            return result;
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    private void Settle()
    {
        while (_posted.TryDequeue(out var next))
        {
            next.Callback(next.State);
        }
    }
}
