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

    /// <summary>The last state, moved on by the time since; empty when none is known.</summary>
    public ImmutableArray<CarriedKpi> Find(TargetId target)
    {
        Entry entry;
        lock (_lock)
        {
            if (!_entries.TryGetValue(target, out entry))
            {
                return [];
            }
        }

        var elapsed = time.GetElapsedTime(entry.At);
        return [.. entry.Kpis.Select(kpi => kpi.After(elapsed))];
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
