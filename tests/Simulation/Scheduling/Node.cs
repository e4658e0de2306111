namespace Simulation.Scheduling;

/// <summary>One process of the world: all that it continues goes through here, so that a crash is to stop.</summary>
internal sealed class Node : SynchronizationContext
{
    private readonly Scheduler _scheduler;
    private readonly List<Work> _held = [];

    public Node(Scheduler scheduler, string name, TimeSpan wallClockError = default)
    {
        _scheduler = scheduler;
        Name = name;
        Clock = new NodeClock(scheduler, this) { Error = wallClockError };
    }

    public string Name { get; }

    /// <summary>The clocks of the machine that it runs on.</summary>
    public NodeClock Clock { get; }

    /// <summary>Whether it was killed: what it had still to do is never done.</summary>
    public bool IsDead { get; private set; }

    /// <summary>Whether it stands still (SIGSTOP, a suspended machine): what it has to do waits.</summary>
    public bool IsFrozen { get; private set; }

    public void Kill()
    {
        IsDead = true;
        _held.Clear();
    }

    /// <summary>When it last went on after it had stood still; null when it never did.</summary>
    public TimeSpan? ThawedAt { get; private set; }

    public void Freeze() => IsFrozen = true;

    public void Thaw()
    {
        ThawedAt = IsFrozen ? _scheduler.Now : ThawedAt;
        IsFrozen = false;
        _held.ForEach(_scheduler.Add);
        _held.Clear();
    }

    /// <summary>Keeps what it can't do now.</summary>
    public void Hold(Work work) => _held.Add(work);

    /// <summary>Runs something in this process, at some moment from now on.</summary>
    public void Run(Action action) => _scheduler.Add(new Work(this, _ => action(), null, InContext: true));

    /// <inheritdoc />
    public override void Post(SendOrPostCallback d, object? state) =>
        _scheduler.Add(new Work(this, d, state, InContext: true));

    /// <inheritdoc />
    public override void Send(SendOrPostCallback d, object? state) =>
        throw new NotSupportedException("Nothing may block in the simulation.");

    /// <inheritdoc />
    public override SynchronizationContext CreateCopy() => this;
}

/// <summary>Something that one process does next, without a break.</summary>
/// <param name="Node">The process.</param>
/// <param name="Callback">What it does.</param>
/// <param name="State">The callback's argument.</param>
/// <param name="InContext">Whether it runs within the process's context; a timer does not, as in production.</param>
internal readonly record struct Work(Node Node, SendOrPostCallback Callback, object? State, bool InContext);
