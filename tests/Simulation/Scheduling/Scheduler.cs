using System.Diagnostics;

namespace Simulation.Scheduling;

/// <summary>One thread, one clock, one seed: draws what is done next, and steps from time to time.</summary>
/// <param name="seed">What everything is drawn from.</param>
/// <param name="isOrderly">Whether nothing is drawn: first come, first served, as a story is told best.</param>
internal sealed class Scheduler(int seed, bool isOrderly = false)
{
    /// <summary>Steps without time passing, after which something must be running in circles.</summary>
    private const int MostStepsAtOnce = 100_000;

    private readonly Random _random = new(seed);
    private readonly List<Work> _ready = [];
    private readonly PriorityQueue<Work, (long At, int Tie)> _later = new();
    private readonly Lock _lock = new();
    private readonly List<string> _escapes = [];
    private int _thread;
    private int _stepsAtOnce;
    private int _planned;

    /// <summary>The time since the world began.</summary>
    public TimeSpan Now { get; private set; }

    /// <summary>Steps done.</summary>
    public long Steps { get; private set; }

    /// <summary>Whether this is the world's own thread.</summary>
    public bool IsOwnThread => Environment.CurrentManagedThreadId == _thread;

    /// <summary>Called with what a step threw.</summary>
    public Action<Node, Exception> Threw { get; set; } = (_, _) => { };

    /// <summary>What continued on another thread: production code that no seed can repeat.</summary>
    public ImmutableArray<string> Escapes
    {
        get
        {
            lock (_lock)
            {
                return [.. _escapes];
            }
        }
    }

    /// <summary>The world belongs to the calling thread from here on.</summary>
    public void Begin() => _thread = Environment.CurrentManagedThreadId;

    /// <summary>Adds something to do now.</summary>
    public void Add(Work work)
    {
        if (work.Node.IsDead)
        {
            return;
        }

        if (!IsOwnThread && _thread != 0)
        {
            lock (_lock)
            {
                _escapes.Add($"{work.Node.Name} went on on another thread: {new StackTrace()}");
            }

            return;
        }

        _ready.Add(work);
    }

    /// <summary>Does something later, in a process, or in none (<see cref="Node.IsDead"/> is asked then).</summary>
    public void After(TimeSpan delay, Node node, Action action, bool inContext = true) => _later.Enqueue(
        new Work(node, _ => action(), null, inContext),
        ((Now + (delay > TimeSpan.Zero ? delay : TimeSpan.Zero)).Ticks, isOrderly ? ++_planned : _random.Next()));

    /// <summary>Does one thing; steps to the next time when nothing is left to do now.</summary>
    /// <returns>False when the end was reached.</returns>
    public bool Step(TimeSpan end)
    {
        while (_ready.Count == 0)
        {
            if (!_later.TryPeek(out _, out var next) || next.At > end.Ticks)
            {
                Now = end;
                return false;
            }

            _stepsAtOnce = 0;
            Now = TimeSpan.FromTicks(next.At);
            while (_later.TryPeek(out var work, out var due) && due.At == next.At)
            {
                _later.Dequeue();
                Add(work);
            }
        }

        if (++_stepsAtOnce > MostStepsAtOnce)
        {
            throw new InvalidOperationException($"Something runs in circles at {Now}.");
        }

        Do(Take());
        return true;
    }

    private Work Take()
    {
        if (isOrderly)
        {
            var first = _ready[0];
            _ready.RemoveAt(0);
            return first;
        }

        var drawn = _random.Next(_ready.Count);
        var chosen = _ready[drawn];
        _ready[drawn] = _ready[^1];
        _ready.RemoveAt(_ready.Count - 1);
        return chosen;
    }

    private void Do(Work work)
    {
        if (work.Node.IsDead)
        {
            return;
        }

        if (work.Node.IsFrozen)
        {
            work.Node.Hold(work);
            return;
        }

        Steps++;
        var before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(work.InContext ? work.Node : null);
        try
        {
            work.Callback(work.State);
        }
        catch (Exception thrown)
        {
            Threw(work.Node, thrown);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }
}
