using System.Collections.Concurrent;
using Watchkeeper.Monitoring.Agents;

namespace Watchkeeper.Server.Agents;

/// <summary>The KPI state of VMs that no agent holds just now, on its way to the agent that is set next.</summary>
/// <remarks>
/// Kept beside a timestamp of the monotonic clock, so that its durations can be moved on by the time it waited here.
/// The store keeps the same state (<c>levels</c>) for the case that the manager does not live to hand it over.
/// </remarks>
internal sealed class CarriedStates(TimeProvider time)
{
    private readonly ConcurrentDictionary<TargetId, Entry> _entries = new();

    /// <summary>
    /// Keeps the state that an agent handed over, or last reported, and the epoch under which it was.
    /// </summary>
    public void Put(TargetId target, AssignmentEpoch epoch, ImmutableArray<CarriedKpi> carried) =>
        _entries[target] = new Entry(epoch, carried, time.GetTimestamp());

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
    public ImmutableArray<CarriedKpi> Find(TargetId target)
    {
        if (!_entries.TryGetValue(target, out var entry))
        {
            return [];
        }

        var waited = time.GetElapsedTime(entry.Since);
        return [.. entry.Carried.Select(kpi => kpi.After(waited))];
    }

    /// <summary>Forgets the state of a VM: an agent holds it again, or the VM is gone.</summary>
    public void Forget(TargetId target) => _entries.TryRemove(target, out _);

    private sealed record Entry(AssignmentEpoch Epoch, ImmutableArray<CarriedKpi> Carried, long Since);
}
