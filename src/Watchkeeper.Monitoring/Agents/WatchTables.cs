using Watchkeeper.Monitoring.Probes;
using Watchkeeper.Monitoring.Rules;

namespace Watchkeeper.Monitoring.Agents;

/// <summary>What a slot waits for. A slot has at most one entry in the wheel.</summary>
internal enum SlotPhase : byte
{
    /// <summary>Nothing: it belongs to nobody.</summary>
    Free,

    /// <summary>Its next beat; in the wheel at its due time.</summary>
    Planned,

    /// <summary>An answer; in the wheel at the deadline.</summary>
    InFlight,

    /// <summary>The end of a pause: its beat was due meanwhile. Not in the wheel.</summary>
    Waiting,

    /// <summary>To wake or be forgotten; the first slot of a target is in the wheel at the end of its hold.</summary>
    Asleep,

    /// <summary>The next try, or the answer, of a look.</summary>
    Looking,
}

/// <summary>One KPI of one target.</summary>
internal struct WatchSlot
{
    public int Target;
    public int NextOfTarget;
    public SlotPhase Phase;

    /// <summary>Whether its level was told since the set.</summary>
    public bool IsTold;

    public Kpi Kpi;
    public KpiState State;
    public long Raised;

    /// <summary>The beat that is next, or whose answer is awaited.</summary>
    public long Due;

    /// <summary>When it was last asked, by us or by the agent before us.</summary>
    public long LastSent;
}

/// <summary>One target that is watched or asleep.</summary>
internal struct WatchTarget
{
    public TargetId Id;
    public Assignment Assignment;
    public ProbeEndpoint Endpoint;
    public AssignmentEpoch Highest;
    public int FirstSlot;
    public bool IsAsleep;

    /// <summary>
    /// Whether it goes on from the agent's file, with fresh state, and the manager has neither set it since nor been
    /// told that it is watched.
    /// </summary>
    public bool IsResumed;

    public bool IsProbed;

    /// <summary>
    /// When the former agent asked last, by our clock, until we have asked; else <see cref="WatchTables.Never"/>.
    /// </summary>
    public long GapFrom;

    public TimeSpan? Gap;
    public bool IsGapNews;
    public ReportNews News;

    // These two belong to the index, not to the target: they outlive it, as the entry in the queue does.
    public bool IsQueuedAsVerdict;
    public bool IsQueuedAsChange;

    /// <summary>Whether nothing is known of it yet: a set of the same epoch brings its state.</summary>
    public readonly bool IsBlank => IsResumed && !IsProbed;

    public readonly AssignmentEpoch Epoch => Assignment.Epoch;
}

/// <summary>What a target has to tell.</summary>
internal enum ReportNews : byte
{
    /// <summary>Nothing that was not told.</summary>
    None,

    /// <summary>Counters or the last probe moved.</summary>
    Counters,

    /// <summary>A belief is new.</summary>
    Verdict,
}

/// <summary>
/// Targets and slots in arrays that are used again: nothing is allocated while they are merely watched.
/// </summary>
internal sealed class WatchTables
{
    /// <summary>A time that never was.</summary>
    public const long Never = long.MinValue;

    /// <summary>The end of a list of slots, and the target of a slot that has none.</summary>
    public const int None = -1;

    private readonly Dictionary<TargetId, int> _indexes = [];
    private readonly Stack<int> _freeTargets = new();
    private readonly Stack<int> _freeSlots = new();
    private WatchTarget[] _targets = [];
    private WatchSlot[] _slots = [];

    // Read by probing threads, too: grown by a copy that is published whole.
    private uint[] _generations = [];

    /// <summary>The number of targets, awake or asleep.</summary>
    public int Held => _indexes.Count;

    /// <summary>The indexes of all targets, awake or asleep.</summary>
    public IEnumerable<int> Indexes => _indexes.Values;

    /// <summary>The number of slots there have ever been at a time.</summary>
    public int SlotCount => _slots.Length;

    public ref WatchTarget Target(int index) => ref _targets[index];

    public ref WatchSlot Slot(int slot) => ref _slots[slot];

    /// <summary>Finds a target that is held.</summary>
    public bool TryFind(TargetId id, out int index) => _indexes.TryGetValue(id, out index);

    /// <summary>Starts a new question in a slot; answers to the former ones are void.</summary>
    public uint NextGeneration(int slot)
    {
        var next = _generations[slot] + 1;
        Volatile.Write(ref _generations[slot], next);
        return next;
    }

    /// <summary>Whether this is the slot's latest question. May be asked by any thread.</summary>
    public bool IsLatest(int slot, uint generation)
    {
        var generations = Volatile.Read(ref _generations);
        return (uint)slot < (uint)generations.Length && Volatile.Read(ref generations[slot]) == generation;
    }

    /// <summary>Makes room for a target without slots.</summary>
    public int AddTarget(Assignment assignment, ProbeEndpoint endpoint)
    {
        if (_freeTargets.Count == 0)
        {
            var had = _targets.Length;
            Array.Resize(ref _targets, Math.Max(16, had * 2));
            for (var i = _targets.Length - 1; i >= had; i--)
            {
                _freeTargets.Push(i);
            }
        }

        var index = _freeTargets.Pop();
        ref var target = ref _targets[index];
        target = new WatchTarget
        {
            Id = assignment.Target,
            Assignment = assignment,
            Endpoint = endpoint,
            Highest = assignment.Epoch,
            FirstSlot = None,
            GapFrom = Never,
            IsQueuedAsVerdict = target.IsQueuedAsVerdict,
            IsQueuedAsChange = target.IsQueuedAsChange,
        };
        _indexes.Add(assignment.Target, index);
        return index;
    }

    /// <summary>Makes room for a slot that belongs to nobody yet.</summary>
    public int AddSlot(Kpi kpi, SlotPhase phase)
    {
        if (_freeSlots.Count == 0)
        {
            var had = _slots.Length;
            Array.Resize(ref _slots, Math.Max(16, had * 2));
            var generations = new uint[_slots.Length];
            _generations.CopyTo(generations, 0);
            Volatile.Write(ref _generations, generations);
            for (var i = _slots.Length - 1; i >= had; i--)
            {
                _freeSlots.Push(i);
            }
        }

        var slot = _freeSlots.Pop();
        _slots[slot] = new WatchSlot
        {
            Target = None, NextOfTarget = None, Phase = phase, Kpi = kpi, Due = Never, LastSent = Never,
        };
        return slot;
    }

    /// <summary>Gives a slot back; answers on their way to it are void.</summary>
    public void RemoveSlot(int slot)
    {
        NextGeneration(slot);
        _slots[slot].Phase = SlotPhase.Free;
        _freeSlots.Push(slot);
    }

    /// <summary>Gives a target and its slots back.</summary>
    public void RemoveTarget(int index)
    {
        ref var target = ref _targets[index];
        for (var slot = target.FirstSlot; slot != None;)
        {
            var following = _slots[slot].NextOfTarget;
            RemoveSlot(slot);
            slot = following;
        }

        _indexes.Remove(target.Id);
        target.News = ReportNews.None;
        _freeTargets.Push(index);
    }
}
