using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Agents;

/// <summary>Keeps the local MONA's counters in the store: they would die with this process, and no other one reports them.</summary>
/// <remarks>
/// Only what changed is written, at most once a second. Of the counters of VMs that just answer nothing is news but the time
/// of the last probe, so a level is written again only when a count or a belief moved.
/// </remarks>
internal sealed class LocalCounters(Assignments assignments, Store store, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Dictionary<TargetId, MonitorReport> _changed = [];
    private readonly Dictionary<TargetId, MonitorReport> _written = [];
    private long _storedAt = time.GetTimestamp();

    /// <summary>Notes reports; the latest of each target counts.</summary>
    public void Changed(ImmutableArray<MonitorReport> reports)
    {
        foreach (var report in reports)
        {
            if (!_written.TryGetValue(report.Target, out var written) || !SameCounts(written, report))
            {
                _changed[report.Target] = report;
            }
        }
    }

    /// <summary>Writes what changed, when it is time.</summary>
    public async Task StoreAsync(CancellationToken cancellationToken)
    {
        if (_changed.Count == 0 || time.GetElapsedTime(_storedAt) < Pause)
        {
            return;
        }

        _storedAt = time.GetTimestamp();
        var now = time.GetUtcNow();
        var commits = _changed.Values.Select(report => StoreAsync(report, now, cancellationToken)).ToList();
        foreach (var report in _changed.Values)
        {
            _written[report.Target] = report;
        }

        foreach (var gone in _written.Keys.Where(target => !assignments.TryFind(target, out _)).ToList())
        {
            _written.Remove(gone);
        }

        _changed.Clear();
        await Task.WhenAll(commits);
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
}
