using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Agents;

/// <summary>
/// Keeps what judges count in the store: else it would be lost when the manager dies, and with it the agent that could
/// say it again.
/// </summary>
/// <remarks>
/// A verdict stores its level itself, before anybody acts. What only counts waits for the next beat, so a crash may
/// lose the counts of the last one or two seconds. Of VMs that just answer nothing is news but the time of the last
/// probe, so a level is written again only when a count or a belief moved, or the VM's row did.
/// </remarks>
internal sealed partial class CounterStoring(
    Assignments assignments,
    AgentDirectory directory,
    Store store,
    TimeProvider time,
    ILogger<CounterStoring> logger)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<TargetId, AssignmentEpoch> _changed = [];
    private readonly Dictionary<TargetId, Kept> _kept = [];
    private bool _isRefused;

    /// <summary>Takes note of what an agent has reported, if what it counts is news.</summary>
    public void Reported(string agent, ImmutableArray<MonitorReport> reports)
    {
        lock (_lock)
        {
            foreach (var report in reports)
            {
                if (!assignments.IsJudge(agent, report, out var watched))
                {
                    continue;
                }

                if (report.IsVerdict)
                {
                    // Its level is stored with it, and takes the place of what was kept.
                    _kept.Remove(report.Target);
                }
                else if (!_kept.TryGetValue(report.Target, out var kept) || !kept.Is(report, watched.Vnfc))
                {
                    Note_NeedsLock(report.Target, report.Epoch);
                }
            }
        }
    }

    /// <summary>Forgets a VM that is gone.</summary>
    public void Forget(TargetId target)
    {
        lock (_lock)
        {
            _changed.Remove(target);
            _kept.Remove(target);
        }
    }

    /// <summary>Writes what changed, once a second, until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var beat = new PeriodicTimer(Pause, time);
        while (await beat.WaitForNextTickAsync(cancellationToken))
        {
            await WriteAsync(cancellationToken);
        }
    }

    /// <summary>Writes what changed; what the store does not take now is written another time.</summary>
    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        var left = TakeChanged();
        try
        {
            // A group at a time: verdicts, which come meanwhile, are not to wait for more.
            for (; !left.IsEmpty; left = left[Math.Min(GroupCommitWriter.MostInGroup, left.Length)..])
            {
                await store.DemandWritesAsync(cancellationToken);
                await Task.WhenAll(left.Take(GroupCommitWriter.MostInGroup)
                    .Select(one => StoreAsync(one.Target, one.Epoch, cancellationToken)));
            }

            _isRefused = false;
        }
        catch (StoreUnavailableException unavailable)
        {
            if (!_isRefused)
            {
                LogNotStored(left.Length, unavailable.Message);
            }

            _isRefused = true;
            lock (_lock)
            {
                foreach (var (target, epoch) in left)
                {
                    NotKept_NeedsLock(target, epoch);
                }
            }
        }
    }

    // What was reported last, and not what was noted: an answer to an unset makes what came before it forgotten.
    private async Task StoreAsync(TargetId target, AssignmentEpoch epoch, CancellationToken cancellationToken)
    {
        if (!assignments.TryFind(target, out var watched)
            || watched.Vnfc is not { Agent: { } judge } vnfc
            || vnfc.Epoch != epoch.Value
            || directory.Known(judge)?.Reports.Last(new TargetEpoch(target, epoch)) is not { } last)
        {
            return;
        }

        // Before the commit: what is told meanwhile makes it old.
        var level = new StoredLevel(target, epoch, last.Kpis, time.GetUtcNow() - last.Age);
        lock (_lock)
        {
            _kept[target] = new Kept(level, vnfc.Version);
        }

        try
        {
            await store.CommitAsync([VnfcDemand.Unchanged(vnfc), LevelTable.Put(level)], cancellationToken);
        }
        catch (StoreConflictException)
        {
            // Somebody has changed the VM since, and may have stored what its agent handed over: that is not to be
            // undone. Who judges it then is looked at with the next beat.
            lock (_lock)
            {
                NotKept_NeedsLock(target, epoch);
            }
        }
    }

    private ImmutableArray<(TargetId Target, AssignmentEpoch Epoch)> TakeChanged()
    {
        lock (_lock)
        {
            ImmutableArray<(TargetId, AssignmentEpoch)> changed = [.. _changed.Select(one => (one.Key, one.Value))];
            _changed.Clear();
            return changed;
        }
    }

    private void NotKept_NeedsLock(TargetId target, AssignmentEpoch epoch)
    {
        _kept.Remove(target);
        Note_NeedsLock(target, epoch);
    }

    private void Note_NeedsLock(TargetId target, AssignmentEpoch epoch)
    {
        if (!_changed.TryGetValue(target, out var noted) || noted <= epoch)
        {
            _changed[target] = epoch;
        }
    }

    /// <summary>A level that was stored, and the version of its VM then: another one may mean another level.</summary>
    private readonly record struct Kept(StoredLevel Level, long Version)
    {
        public bool Is(MonitorReport report, Vnfc vnfc) =>
            Version == vnfc.Version
            && Level.Epoch == report.Epoch
            && Level.Kpis.Select(kpi => (kpi.EventName, kpi.State)).SequenceEqual(
                report.Kpis.Select(kpi => (kpi.EventName, kpi.State)));
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The counters of {Count} VMs were not stored: {Why}")]
    private partial void LogNotStored(int count, string why);
}
