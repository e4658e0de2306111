using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Agents;

/// <summary>
/// Keeps the local MONA's counters in the store: they would die with this process, and no other one reports them.
/// </summary>
/// <remarks>
/// Only what changed is written, at most once a second. Of the counters of VMs that just answer nothing is news but the
/// time of the last probe, so a level is written again only when a count or a belief moved.
/// </remarks>
internal sealed partial class LocalCounters(
    Assignments assignments, Store store, TimeProvider time, ILogger<LocalCounters> logger)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<TargetId, MonitorReport> _changed = [];
    private readonly Dictionary<TargetId, MonitorReport> _written = [];

    /// <summary>Notes reports; the latest of each target counts.</summary>
    public void Changed(ImmutableArray<MonitorReport> reports)
    {
        lock (_lock)
        {
            foreach (var report in reports)
            {
                if (!_written.TryGetValue(report.Target, out var written) || !SameCounts(written, report))
                {
                    _changed[report.Target] = report;
                }
            }
        }
    }

    /// <summary>Writes what changed, once a second, until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var beat = new PeriodicTimer(Pause, time);
        while (await beat.WaitForNextTickAsync(cancellationToken))
        {
            await StoreAsync(cancellationToken);
        }
    }

    private async Task StoreAsync(CancellationToken cancellationToken)
    {
        List<MonitorReport> changed;
        lock (_lock)
        {
            changed = [.. _changed.Values];
            _changed.Clear();
        }

        var now = time.GetUtcNow();
        try
        {
            await Task.WhenAll(changed.Select(report => StoreAsync(report, now, cancellationToken)));
        }
        catch (StoreUnavailableException unavailable)
        {
            LogNotStored(changed.Count, unavailable.Message);
            lock (_lock)
            {
                changed.ForEach(report => _changed.TryAdd(report.Target, report));
            }

            return;
        }

        lock (_lock)
        {
            foreach (var report in changed)
            {
                _written[report.Target] = report;
            }

            foreach (var gone in _written.Keys.Where(target => !assignments.TryFind(target, out _)).ToList())
            {
                _written.Remove(gone);
            }
        }
    }

    private async Task StoreAsync(MonitorReport report, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (!assignments.TryFind(report.Target, out var vnfc) || vnfc.Vnfc.Epoch != report.Epoch.Value)
        {
            return;
        }

        try
        {
            await store.CommitAsync(
                [
                    VnfcTable.DemandEpoch(vnfc.Vnfc),
                    LevelTable.Put(new StoredLevel(report.Target, report.Epoch, report.Kpis, now)),
                ],
                cancellationToken);
        }
        catch (StoreConflictException)
        {
            // The VM has changed hands since: its state travelled with the unset.
        }
    }

    private static bool SameCounts(MonitorReport one, MonitorReport other) =>
        one.Epoch == other.Epoch
        && one.Kpis.Select(kpi => (kpi.EventName, kpi.State)).SequenceEqual(
            other.Kpis.Select(kpi => (kpi.EventName, kpi.State)));

    [LoggerMessage(
        Level = LogLevel.Warning, Message = "The counters of {Count} VMs of the local MONA were not stored: {Why}")]
    private partial void LogNotStored(int count, string why);
}
