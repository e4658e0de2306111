using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Monitoring.Protocol;

namespace Watchkeeper.Server.Agents;

/// <summary>The last state that one agent reported of each target: what a set starts from when the agent can't be
/// asked.</summary>
internal sealed class LastReports(TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TargetId, Entry> _entries = [];

    /// <summary>Keeps a report, unless one of a newer epoch is kept.</summary>
    /// <returns>False when the agent names more targets than any can hold.</returns>
    public bool TryKeep(ImmutableArray<MonitorReport> reports)
    {
        var now = time.GetTimestamp();
        lock (_lock)
        {
            foreach (var report in reports)
            {
                if (_entries.TryGetValue(report.Target, out var had) && had.Epoch > report.Epoch)
                {
                    continue;
                }

                _entries[report.Target] = new Entry(report.Epoch, report.Kpis, now);
            }

            return _entries.Count <= LinkLimits.TargetsPerAgent;
        }
    }

    /// <summary>
    /// The last state reported under an epoch, moved on by the time since; empty when none is known.
    /// </summary>
    public ImmutableArray<CarriedKpi> Find(TargetEpoch target) =>
        Last(target) is { } last ? [.. last.Kpis.Select(kpi => kpi.After(last.Age))] : [];

    /// <summary>How long ago a target was last reported under an epoch; null when it never was.</summary>
    public TimeSpan? AgeOf(TargetEpoch target) => Last(target)?.Age;

    /// <summary>What was last reported of a target under an epoch, as it was then, and how long ago that is; null when
    /// it never was.</summary>
    public (ImmutableArray<CarriedKpi> Kpis, TimeSpan Age)? Last(TargetEpoch target)
    {
        lock (_lock)
        {
            return _entries.TryGetValue(target.Target, out var entry) && entry.Epoch == target.Epoch
                ? (entry.Kpis, time.GetElapsedTime(entry.At))
                : null;
        }
    }

    /// <summary>Forgets all but some: the others have left, or are gone, while the agent was away.</summary>
    public void KeepOnly(Func<TargetEpoch, bool> isKept)
    {
        lock (_lock)
        {
            foreach (var (target, entry) in _entries)
            {
                if (!isKept(new TargetEpoch(target, entry.Epoch)))
                {
                    _entries.Remove(target);
                }
            }
        }
    }

    /// <summary>Forgets targets that were left, up to and including the epochs given.</summary>
    public void Forget(IEnumerable<TargetEpoch> targets)
    {
        lock (_lock)
        {
            foreach (var target in targets)
            {
                if (_entries.TryGetValue(target.Target, out var had) && had.Epoch <= target.Epoch)
                {
                    _entries.Remove(target.Target);
                }
            }
        }
    }

    private readonly record struct Entry(AssignmentEpoch Epoch, ImmutableArray<CarriedKpi> Kpis, long At);
}
