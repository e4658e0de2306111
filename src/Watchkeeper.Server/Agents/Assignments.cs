using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Monitoring.Protocol;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Agents;

/// <summary>
/// Who is to watch whom, under which epoch: the stored rows as they were last committed, for the gate to read.
/// </summary>
/// <remarks>
/// A snapshot never goes back: of two versions of a row the later one stays, whatever the order in which their writers
/// come by. Rows are written first and shown here second, so a reader is at most a moment behind the store, and the
/// compare-and-set of its own write tells it so.
/// </remarks>
internal sealed class Assignments
{
    private readonly ConcurrentDictionary<TargetId, WatchedVnfc> _byTarget = new();
    private readonly ConcurrentDictionary<VnfInstanceId, Latch> _changed = new();
    private readonly Lock _lock = new();
    private readonly Dictionary<string, HashSet<TargetId>> _byAgent = new(StringComparer.Ordinal);
    private readonly HashSet<TargetId> _unsettled = [];

    /// <summary>Shows rows that were committed.</summary>
    public void Stored(IEnumerable<WatchedVnfc> vnfcs)
    {
        foreach (var vnfc in vnfcs)
        {
            Stored(vnfc);
        }
    }

    /// <summary>Shows a row that was committed.</summary>
    public void Stored(WatchedVnfc vnfc) => Show(vnfc, mayBeNew: true);

    /// <summary>Shows rows as they were read again. One that was deleted since the read stays deleted.</summary>
    public void Refreshed(IEnumerable<WatchedVnfc> vnfcs)
    {
        foreach (var vnfc in vnfcs)
        {
            Refreshed(vnfc);
        }
    }

    /// <summary>
    /// Shows a row that somebody changed who does not own its VM: it may have been deleted meanwhile.
    /// </summary>
    public void Refreshed(WatchedVnfc vnfc) => Show(vnfc, mayBeNew: false);

    private void Show(WatchedVnfc vnfc, bool mayBeNew)
    {
        lock (_lock)
        {
            var former = _byTarget.GetValueOrDefault(vnfc.Target);
            if (former is null ? !mayBeNew : former.Vnfc.Version >= vnfc.Vnfc.Version)
            {
                return;
            }

            _byTarget[vnfc.Target] = vnfc;
            Index_NeedsLock(vnfc);
            if (former is null || former.Vnfc.Agent != vnfc.Vnfc.Agent)
            {
                Move_NeedsLock(vnfc.Target, former?.Vnfc.Agent, vnfc.Vnfc.Agent);
            }
        }

        Pulse(vnfc.Vnfc.VnfInstanceId);
    }

    /// <summary>Forgets rows that were deleted.</summary>
    public void Deleted(IEnumerable<WatchedVnfc> vnfcs)
    {
        foreach (var vnfc in vnfcs)
        {
            lock (_lock)
            {
                if (_byTarget.TryRemove(vnfc.Target, out var former))
                {
                    _unsettled.Remove(vnfc.Target);
                    Move_NeedsLock(vnfc.Target, former.Vnfc.Agent, null);
                }
            }

            Pulse(vnfc.Vnfc.VnfInstanceId);
        }
    }

    /// <summary>The present assignment of a target; false when no such VNFC exists.</summary>
    public bool TryFind(TargetId target, [NotNullWhen(true)] out WatchedVnfc? vnfc) =>
        _byTarget.TryGetValue(target, out vnfc);

    /// <summary>
    /// Whether a report is its target's present judge's: of the agent named, under the current epoch.
    /// </summary>
    /// <param name="agent">The agent that reports.</param>
    /// <param name="report">The report.</param>
    /// <param name="vnfc">The VNFC, whoever watches it; null when there is none.</param>
    public bool IsJudge(string agent, MonitorReport report, [NotNullWhen(true)] out WatchedVnfc? vnfc) =>
        TryFind(report.Target, out vnfc)
        && vnfc.Vnfc.Epoch == report.Epoch.Value
        && string.Equals(vnfc.Vnfc.Agent, agent, StringComparison.Ordinal);

    /// <summary>The VNFCs whose present assignment names an agent.</summary>
    public ImmutableArray<WatchedVnfc> Of(string agent)
    {
        lock (_lock)
        {
            return _byAgent.TryGetValue(agent, out var targets) ? [.. targets.Select(target => _byTarget[target])] : [];
        }
    }

    /// <summary>How many VNFCs' present assignments name an agent.</summary>
    public int CountOf(string agent)
    {
        lock (_lock)
        {
            return _byAgent.TryGetValue(agent, out var targets) ? targets.Count : 0;
        }
    }

    /// <summary>
    /// The VNFCs that are to be watched and are not, or not by the agent that their deployment names.
    /// </summary>
    public ImmutableArray<WatchedVnfc> Unsettled()
    {
        lock (_lock)
        {
            return [.. _unsettled.Select(target => _byTarget[target])];
        }
    }

    /// <summary>
    /// A latch that opens at the next change of any VNFC of a VNF instance. Take it before looking.
    /// </summary>
    public Latch NextChangeOf(VnfInstanceId instance) => _changed.GetOrAdd(instance, _ => new Latch());

    private void Index_NeedsLock(WatchedVnfc vnfc)
    {
        if (vnfc.Vnfc.IsToBeWatched()
            && (vnfc.Vnfc.Monitor != MonitorState.Set || vnfc.Vnfc.GuardFor is not null))
        {
            _unsettled.Add(vnfc.Target);
        }
        else
        {
            _unsettled.Remove(vnfc.Target);
        }
    }

    private void Pulse(VnfInstanceId instance)
    {
        if (_changed.TryRemove(instance, out var waiting))
        {
            waiting.Open();
        }
    }

    private void Move_NeedsLock(TargetId target, string? from, string? to)
    {
        if (from is not null && _byAgent.TryGetValue(from, out var left))
        {
            left.Remove(target);
        }

        if (to is not null)
        {
            if (!_byAgent.TryGetValue(to, out var joined))
            {
                _byAgent[to] = joined = [];
            }

            joined.Add(target);
        }
    }
}
