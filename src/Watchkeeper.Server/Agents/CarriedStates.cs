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

    /// <summary>Keeps the state that an agent handed over, or last reported.</summary>
    public void Put(TargetId target, ImmutableArray<CarriedKpi> carried) =>
        _entries[target] = new Entry(carried, time.GetTimestamp(), TimeSpan.Zero);

    /// <summary>Keeps the state that was found in the store, which is some time old.</summary>
    public void Put(TargetId target, ImmutableArray<CarriedKpi> carried, TimeSpan age) =>
        _entries[target] = new Entry(carried, time.GetTimestamp(), age < TimeSpan.Zero ? TimeSpan.Zero : age);

    /// <summary>The state to hand over, moved on by the time it waited; empty when there is none.</summary>
    public ImmutableArray<CarriedKpi> Find(TargetId target)
    {
        if (!_entries.TryGetValue(target, out var entry))
        {
            return [];
        }

        var waited = entry.Age + time.GetElapsedTime(entry.Since);
        return [.. entry.Carried.Select(kpi => kpi.After(waited))];
    }

    /// <summary>Forgets the state of a VM: an agent holds it again, or the VM is gone.</summary>
    public void Forget(TargetId target) => _entries.TryRemove(target, out _);

    private sealed record Entry(ImmutableArray<CarriedKpi> Carried, long Since, TimeSpan Age);
}
