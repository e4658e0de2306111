using System.Collections.Concurrent;
using Watchkeeper.Monitoring.Agents;

namespace Watchkeeper.Server.Agents;

/// <summary>The KPI state of a VM, moved on to now, and the epoch under which it was counted.</summary>
internal readonly record struct KnownState(AssignmentEpoch Epoch, ImmutableArray<CarriedKpi> Kpis)
{
    /// <summary>Nothing is known.</summary>
    public static KnownState None => new(AssignmentEpoch.None, []);

    /// <summary>
    /// Whether this, which came last, takes the place of another state: of an earlier epoch, or of the same.
    /// </summary>
    /// <remarks>
    /// Of one holder what came last is the latest. How long ago it probed says nothing: what a slow link, or a manager
    /// that stood still, held up looks younger than it is.
    /// </remarks>
    public bool Replaces(KnownState other) => !Kpis.IsEmpty && (other.Kpis.IsEmpty || Epoch >= other.Epoch);
}

/// <summary>The KPI state of VMs that no agent holds just now, on its way to the agent that is set next.</summary>
/// <remarks>
/// Kept beside a timestamp of the monotonic clock, so that its durations can be moved on by the time it waited here.
/// The store keeps the same state (<c>levels</c>) for the case that the manager does not live to hand it over.
/// </remarks>
internal sealed class CarriedStates(TimeProvider time)
{
    private readonly ConcurrentDictionary<TargetId, Entry> _entries = new();

    /// <summary>The time from which <see cref="Put"/> counts how long ago an agent was asked.</summary>
    public long Now => time.GetTimestamp();

    /// <summary>
    /// Keeps the state that an agent handed over, or last reported, when it was asked to leave a VM.
    /// </summary>
    /// <param name="target">The VM.</param>
    /// <param name="epoch">The epoch under which the agent watched it.</param>
    /// <param name="carried">The state; empty when it has none: then an earlier holder's is kept, and a later one's is
    /// always.</param>
    /// <param name="askedAt">When it was asked (<see cref="Now"/>).</param>
    /// <param name="isAnswer">Whether it handed it over: what it said before is old.</param>
    public void Put(
        TargetId target, AssignmentEpoch epoch, ImmutableArray<CarriedKpi> carried, long askedAt, bool isAnswer) =>
        _entries.AddOrUpdate(
            target,
            static (_, added) => added,
            static (_, former, added) =>
                !added.Carried.IsEmpty && (added.Epoch >= former.Epoch || former.Carried.IsEmpty) ? added
                : former.Epoch >= added.Epoch ? former with { AskedAt = added.AskedAt }
                : former,
            new Entry(epoch, carried, time.GetTimestamp(), askedAt, isAnswer));

    /// <summary>
    /// Takes what a holder of a VM without a monitor says: one that was asked to leave, woke, and counts on, or one
    /// whose answer to its set never came.
    /// </summary>
    /// <param name="target">The VM.</param>
    /// <param name="epoch">The epoch under which it watched it.</param>
    /// <param name="kpis">What it says.</param>
    /// <param name="isLast">Whether that is known to have come last; else it may have come before its answer.</param>
    public void Heard(TargetId target, AssignmentEpoch epoch, ImmutableArray<CarriedKpi> kpis, bool isLast)
    {
        var held = _entries.TryGetValue(target, out var entry) && entry.Epoch == epoch ? entry : null;
        if (new KnownState(epoch, kpis).Replaces(Find(target)) && (isLast || held is not { IsAnswer: true }))
        {
            _entries[target] = new Entry(epoch, kpis, time.GetTimestamp(), held?.AskedAt, IsAnswer: false);
        }
    }

    /// <summary>
    /// Whether the holder of an epoch, or a later one, was asked to leave so lately that it has not woken since.
    /// </summary>
    public bool IsFresh(TargetId target, AssignmentEpoch epoch, TimeSpan hold) =>
        _entries.TryGetValue(target, out var entry)
        && entry.Epoch >= epoch
        && entry.AskedAt is { } asked
        && time.GetElapsedTime(asked) < hold;

    /// <summary>
    /// Notes that an agent has reported a VM under an epoch: it holds it, although its answer to the set may never
    /// come, and what is kept from before that epoch is old.
    /// </summary>
    public void Reported(TargetId target, AssignmentEpoch epoch)
    {
        if (_entries.TryGetValue(target, out var entry) && entry.Epoch < epoch)
        {
            _entries.TryRemove(KeyValuePair.Create(target, entry));
        }
    }

    /// <summary>The state to hand over, moved on by the time it waited; empty when there is none.</summary>
    public KnownState Find(TargetId target)
    {
        if (!_entries.TryGetValue(target, out var entry))
        {
            return KnownState.None;
        }

        var waited = time.GetElapsedTime(entry.Since);
        return new KnownState(entry.Epoch, [.. entry.Carried.Select(kpi => kpi.After(waited))]);
    }

    /// <summary>Forgets the state of a VM that is gone.</summary>
    public void Forget(TargetId target) => _entries.TryRemove(target, out _);

    private sealed record Entry(
        AssignmentEpoch Epoch, ImmutableArray<CarriedKpi> Carried, long Since, long? AskedAt, bool IsAnswer);
}
