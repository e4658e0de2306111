using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Agents;

/// <summary>
/// Keeps what agents count in the store: else it would be lost when the manager dies, and with it the agent that could
/// say it again.
/// </summary>
/// <remarks>
/// A verdict stores its level itself, before anybody acts. What only counts waits for the next beat, so a crash may
/// lose the counts of the last second. Of VMs that just answer nothing is news but the time of the last probe, so a
/// level is written again only when a count or a belief moved.
/// </remarks>
internal sealed partial class CounterStoring(
    Assignments assignments,
    AgentDirectory directory,
    Store store,
    TimeProvider time,
    ILogger<CounterStoring> logger)
{
    /// <summary>Levels that wait for the store at the same time: verdicts, which come meanwhile, are not to wait for
    /// more of them.</summary>
    private const int MostAtOnce = 4_096;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<TargetId, Holder> _changed = [];
    private readonly Dictionary<TargetId, Kept> _kept = [];

    /// <summary>Takes note of what an agent has reported, if what it counts is news.</summary>
    public void Reported(string agent, ImmutableArray<MonitorReport> reports)
    {
        lock (_lock)
        {
            foreach (var report in reports)
            {
                if (!assignments.TryFind(report.Target, out var watched)
                    || !IsHolder(new Holder(agent, report.Epoch), watched.Vnfc))
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
                    Note_NeedsLock(report.Target, new Holder(agent, report.Epoch));
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
            for (; !left.IsEmpty; left = left[Math.Min(MostAtOnce, left.Length)..])
            {
                await Task.WhenAll(left.Take(MostAtOnce)
                    .Select(one => StoreAsync(one.Target, one.Holder, cancellationToken)));
            }
        }
        catch (StoreUnavailableException unavailable)
        {
            LogNotStored(left.Length, unavailable.Message);
            lock (_lock)
            {
                foreach (var (target, holder) in left)
                {
                    Note_NeedsLock(target, holder);
                }
            }
        }
    }

    // What was reported last, and not what was noted: an answer to an unset makes what came before it forgotten.
    private async Task StoreAsync(TargetId target, Holder holder, CancellationToken cancellationToken)
    {
        if (!assignments.TryFind(target, out var watched)
            || !IsHolder(holder, watched.Vnfc)
            || directory.Known(holder.Agent)?.Reports.Last(new TargetEpoch(target, holder.Epoch)) is not { } last)
        {
            return;
        }

        var level = new StoredLevel(target, holder.Epoch, last.Kpis, time.GetUtcNow() - last.Age);
        try
        {
            await store.CommitAsync(
                [VnfcTable.DemandUnchanged(watched.Vnfc), LevelTable.Put(level)], cancellationToken);
            lock (_lock)
            {
                _kept[target] = new Kept(level, watched.Vnfc.Version);
            }
        }
        catch (StoreConflictException)
        {
            // Somebody has changed the VM since, and may have stored what its agent handed over: that is not to be
            // undone. Whoever holds it then is looked at with the next beat.
            lock (_lock)
            {
                Note_NeedsLock(target, holder);
            }
        }
    }

    private ImmutableArray<(TargetId Target, Holder Holder)> TakeChanged()
    {
        lock (_lock)
        {
            ImmutableArray<(TargetId, Holder)> changed = [.. _changed.Select(one => (one.Key, one.Value))];
            _changed.Clear();
            return changed;
        }
    }

    private void Note_NeedsLock(TargetId target, Holder holder)
    {
        if (!_changed.TryGetValue(target, out var noted) || noted.Epoch <= holder.Epoch)
        {
            _changed[target] = holder;
        }
    }

    // Its judge; or who held it last, and counts on while nobody is known to watch it.
    private static bool IsHolder(Holder holder, Vnfc vnfc) =>
        IsUnder(holder, vnfc.Agent, vnfc.Epoch)
        || (vnfc.Monitor != MonitorState.Set && IsUnder(holder, vnfc.HeldBy, vnfc.HeldEpoch));

    private static bool IsUnder(Holder holder, string? agent, long epoch) =>
        holder.Epoch.Value == epoch && string.Equals(holder.Agent, agent, StringComparison.Ordinal);

    private readonly record struct Holder(string Agent, AssignmentEpoch Epoch);

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
