using Watchkeeper.Monitoring.Probes;
using Watchkeeper.Monitoring.Schedule;

namespace Watchkeeper.Monitoring.Agents;

/// <summary>
/// Takes targets over, lets them go, and keeps those asleep that may have to go on: the rules of epochs.
/// </summary>
internal sealed class HandOver(
    WatchTables tables, TimingWheel wheel, WatchRounds rounds, ReportBoard board, WatchOptions options)
{
    /// <summary>No hold is longer, and no duration that is handed over is believed to be.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    private readonly RememberedEpochs _remembered = new(AgentLimits.RememberedEpochs);

    /// <summary>Where sets and leaves are noted; null keeps no notes.</summary>
    public AssignmentFile? File { get; set; }

    /// <summary>The number of targets that are watched.</summary>
    public int Watched { get; private set; }

    /// <summary>Why an assignment is refused; null when it may be set.</summary>
    /// <param name="assignment">The assignment.</param>
    /// <param name="reserved">New targets that were accepted before it and are not set yet.</param>
    /// <param name="endpoint">Its address, when it is good.</param>
    public string? Refusal(Assignment assignment, int reserved, out ProbeEndpoint? endpoint)
    {
        endpoint = null;
        var highest = _remembered.Of(assignment.Target);
        var isWatched = false;
        if (tables.TryFind(assignment.Target, out var index))
        {
            highest = tables.Target(index).Highest;
            isWatched = !tables.Target(index).IsAsleep;
        }

        if (assignment.Epoch < highest)
        {
            return $"epoch {assignment.Epoch} is older than {highest}";
        }

        if (assignment.Epoch == highest && !isWatched)
        {
            return $"epoch {assignment.Epoch} was left already";
        }

        if (AssignmentCheck.Refusal(assignment, out endpoint) is { } refusal)
        {
            return refusal;
        }

        var isFull = Watched + reserved >= options.Capacity
            || tables.Held + reserved >= AgentLimits.HeldPerCapacity * (long)options.Capacity;
        return isFull && !isWatched ? $"the agent is full: its capacity is {options.Capacity}" : null;
    }

    /// <summary>Whether setting it needs room that is not taken yet.</summary>
    public bool IsNew(Assignment assignment) =>
        !tables.TryFind(assignment.Target, out var index) || tables.Target(index).IsAsleep;

    /// <summary>
    /// Starts watching under an epoch that was not refused. Under the epoch that is watched already, nothing
    /// changes, unless it was resumed and nothing is known of it yet.
    /// </summary>
    public void Set(Assignment assignment, ProbeEndpoint endpoint, long now)
    {
        if (tables.TryFind(assignment.Target, out var index))
        {
            ref var held = ref tables.Target(index);
            if (held.Epoch == assignment.Epoch && !held.IsBlank)
            {
                held.IsResumed = false;
                return;
            }

            Remove(index);
        }

        _remembered.Forget(assignment.Target);
        index = tables.AddTarget(assignment with { Carried = [] }, endpoint);
        Watched++;
        var last = WatchTables.None;
        foreach (var kpi in assignment.Kpis)
        {
            var added = tables.AddSlot(kpi, SlotPhase.Planned);
            ref var slot = ref tables.Slot(added);
            slot.Target = index;
            var due = TakeUp(ref slot, assignment, now);
            if (last == WatchTables.None)
            {
                tables.Target(index).FirstSlot = added;
            }
            else
            {
                tables.Slot(last).NextOfTarget = added;
            }

            last = added;
            rounds.Plan(added, due);
        }
    }

    /// <summary>Starts watching what the agent's file says and was not refused, with fresh state.</summary>
    public void Resume(Assignment assignment, ProbeEndpoint endpoint, long now)
    {
        Set(assignment, endpoint, now);
        if (tables.TryFind(assignment.Target, out var index))
        {
            tables.Target(index).IsResumed = true;
        }
    }

    /// <summary>What was resumed and the manager has not named since, nor been told of as watched.</summary>
    public ImmutableArray<TargetEpoch> Unnamed(IReadOnlySet<TargetId> named) =>
    [
        .. tables.Indexes
            .Where(index => tables.Target(index) is { IsResumed: true, IsAsleep: false } target
                && !named.Contains(target.Id))
            .Select(AsLeft),
    ];

    /// <summary>Stops watching, says what was known, and keeps the target asleep for a while.</summary>
    public UnsetOutcome Unset(TargetEpoch asked, TimeSpan hold, long now)
    {
        if (!tables.TryFind(asked.Target, out var index))
        {
            _remembered.Remember(asked.Target, asked.Epoch);
            File?.Left(asked.Target, _remembered.Of(asked.Target));
            return new UnsetOutcome(asked.Target, asked.Epoch, null, []);
        }

        ref var target = ref tables.Target(index);
        if (asked.Epoch < target.Epoch)
        {
            var refusal = $"epoch {asked.Epoch} is older than {target.Epoch}: the newer one is held";
            return new UnsetOutcome(asked.Target, asked.Epoch, refusal, []);
        }

        if (asked.Epoch > target.Highest)
        {
            target.Highest = asked.Epoch;
        }

        var (carried, countedUnder) = (board.Levels(target, now), target.Epoch);
        File?.Left(asked.Target, target.Highest);
        if (hold <= TimeSpan.Zero)
        {
            Remove(index);
        }
        else
        {
            PutToSleep(index, now + Math.Min(hold.Ticks, Longest.Ticks));
        }

        return new UnsetOutcome(asked.Target, asked.Epoch, null, carried) { CountedUnder = countedUnder };
    }

    /// <summary>A sleeper need not wake any more.</summary>
    public void Release(TargetEpoch released)
    {
        if (!tables.TryFind(released.Target, out var index))
        {
            return;
        }

        ref var target = ref tables.Target(index);
        if (target.IsAsleep && released.Epoch >= target.Epoch)
        {
            target.Highest = released.Epoch > target.Highest ? released.Epoch : target.Highest;
            Remove(index);
        }
    }

    /// <summary>The hold is over: the target goes on under its old epoch, unless a newer one was heard of.</summary>
    /// <param name="first">The target's first slot.</param>
    public void Wake(int first)
    {
        var index = tables.Slot(first).Target;
        ref var target = ref tables.Target(index);
        if (target.Highest > target.Epoch)
        {
            Remove(index);
            return;
        }

        target.IsAsleep = false;
        Watched++;
        File?.Watched(target.Assignment);
        for (var slot = first; slot != WatchTables.None; slot = tables.Slot(slot).NextOfTarget)
        {
            rounds.Plan(slot, tables.Slot(slot).Due);
        }

        board.Decided(index);
    }

    /// <summary>Makes an epoch of a target that is not held known again, after a restart.</summary>
    public void Remember(TargetEpoch left) => _remembered.Remember(left.Target, left.Epoch);

    /// <summary>What is held: the watched, the sleepers, the remembered.</summary>
    /// <remarks>What is blank is not told as watched: so the manager sets it, and with it comes its state.</remarks>
    public ImmutableArray<Holding> Holdings() =>
    [
        .. tables.Indexes.Select(Held),
        .. _remembered.All.Select(left => new Holding(left.Target, left.Epoch, IsWatched: false)),
    ];

    /// <summary>Writes the notes; when history outgrows what is held, has the file copied without it.</summary>
    public void FlushFile()
    {
        File?.Flush();
        File?.EndCopy();
        if (File?.IsBloated(tables.Held + _remembered.Count) == true)
        {
            var held = tables.Indexes.ToLookup(index => tables.Target(index).IsAsleep);
            File.BeginCopy(
                [.. held[false].Select(index => tables.Target(index).Assignment)],
                [.. _remembered.All, .. held[true].Select(AsLeft)]);
        }
    }

    private Holding Held(int index)
    {
        ref var target = ref tables.Target(index);
        target.IsResumed = target.IsBlank;
        return new Holding(target.Id, target.Highest, !target.IsAsleep && !target.IsBlank);
    }

    private TargetEpoch AsLeft(int index) => new(tables.Target(index).Id, tables.Target(index).Highest);

    // Gives a slot the state that was handed over, and returns when it is due.
    private long TakeUp(ref WatchSlot slot, Assignment assignment, long now)
    {
        foreach (var carried in assignment.Carried.IsDefault ? [] : assignment.Carried)
        {
            if (carried.EventName != slot.Kpi.EventName)
            {
                continue;
            }

            slot.State = carried.State;
            slot.Raised = carried.Raised;
            slot.LastSent = carried.SinceLastProbe is { } since ? now - Bounded(since) : WatchTables.Never;
            if (slot.Kpi.IsAliveness)
            {
                tables.Target(slot.Target).GapFrom = slot.LastSent;
            }

            if (carried.State.Believed is not null)
            {
                slot.IsTold = true;
                board.Decided(slot.Target);
            }

            if (carried.UntilDue is { } untilDue)
            {
                // More than one interval ahead can't be meant: the phase is kept, and the target not left unwatched.
                var interval = slot.Kpi.PollFrequency.Ticks;
                var wait = Bounded(untilDue);
                return now + (wait > interval ? wait % interval : wait);
            }
        }

        return Beat.First(assignment.Target.Value, slot.Kpi.EventName, slot.Kpi.PollFrequency.Ticks, now);
    }

    private static long Bounded(TimeSpan told) => Math.Clamp(told.Ticks, -Longest.Ticks, Longest.Ticks);

    private void PutToSleep(int index, long until)
    {
        ref var target = ref tables.Target(index);
        Watched -= target.IsAsleep ? 0 : 1;
        target.IsAsleep = true;
        for (var slot = target.FirstSlot; slot != WatchTables.None; slot = tables.Slot(slot).NextOfTarget)
        {
            // A beat whose answer is awaited is given up: its due time stays, and whoever goes on asks it again.
            rounds.Abandon(slot);
            tables.Slot(slot).Phase = SlotPhase.Asleep;
        }

        wheel.Schedule(target.FirstSlot, until);
    }

    private void Remove(int index)
    {
        ref var target = ref tables.Target(index);
        Watched -= target.IsAsleep ? 0 : 1;
        _remembered.Remember(target.Id, target.Highest);
        for (var slot = target.FirstSlot; slot != WatchTables.None; slot = tables.Slot(slot).NextOfTarget)
        {
            rounds.Abandon(slot);
        }

        tables.RemoveTarget(index);
    }
}
