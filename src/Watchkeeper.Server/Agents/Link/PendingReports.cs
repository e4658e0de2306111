using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Monitoring.Protocol;

namespace Watchkeeper.Server.Agents.Link;

/// <summary>Reports on their way to the report gate: the latest level of each target, news before counters.</summary>
/// <remarks>Levels replace each other, so that a slow store makes this no longer than the agent's targets.</remarks>
internal sealed class PendingReports
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TargetId, MonitorReport> _news = [];
    private readonly Dictionary<TargetId, MonitorReport> _counters = [];

    /// <summary>Adds reports; a later one of the same target replaces an earlier one, and stays news if that
    /// was.</summary>
    /// <returns>False when more targets are named than any agent can hold.</returns>
    public bool TryAdd(ImmutableArray<MonitorReport> reports)
    {
        lock (_lock)
        {
            foreach (var report in reports)
            {
                Add_NeedsLock(report);
            }

            return _news.Count + _counters.Count <= LinkLimits.TargetsPerAgent;
        }
    }

    /// <summary>Puts back what could not be told: what came in meanwhile is later.</summary>
    public void PutBack(ImmutableArray<MonitorReport> reports)
    {
        lock (_lock)
        {
            foreach (var report in reports)
            {
                var later = Find_NeedsLock(report.Target);
                Add_NeedsLock(report);
                if (later is not null)
                {
                    Add_NeedsLock(later);
                }
            }
        }
    }

    /// <summary>Takes a batch.</summary>
    public ImmutableArray<MonitorReport> Take()
    {
        lock (_lock)
        {
            ImmutableArray<MonitorReport> batch =
                [.. _news.Values.Concat(_counters.Values).Take(AgentLimits.BatchSize)];
            foreach (var report in batch)
            {
                if (!_news.Remove(report.Target))
                {
                    _counters.Remove(report.Target);
                }
            }

            return batch;
        }
    }

    private MonitorReport? Find_NeedsLock(TargetId target) =>
        _news.GetValueOrDefault(target) ?? _counters.GetValueOrDefault(target);

    private void Add_NeedsLock(MonitorReport report)
    {
        var pending = Find_NeedsLock(report.Target);
        if (pending is not null && pending.Epoch > report.Epoch)
        {
            return;
        }

        var same = pending is not null && pending.Epoch == report.Epoch ? pending : null;
        var merged = report with
        {
            IsVerdict = report.IsVerdict || same is { IsVerdict: true },
            Gap = report.Gap ?? same?.Gap,
        };
        _news.Remove(report.Target);
        _counters.Remove(report.Target);
        (merged.IsVerdict ? _news : _counters)[report.Target] = merged;
    }
}
