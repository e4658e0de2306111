using System.Collections.Concurrent;
using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Agents;

/// <summary>The level of each VM's KPIs as it was last accepted and stored.</summary>
internal sealed class LevelBook
{
    private readonly ConcurrentDictionary<TargetId, StoredLevel> _levels = new();

    /// <summary>The last accepted level of a VM; null when there is none.</summary>
    public StoredLevel? Find(TargetId target) => _levels.GetValueOrDefault(target);

    /// <summary>Notes a level that was stored; an older epoch's never replaces a newer one's.</summary>
    public void Stored(StoredLevel level) => _levels.AddOrUpdate(
        level.Target,
        static (_, added) => added,
        static (_, former, added) => added.Epoch >= former.Epoch ? added : former,
        level);

    /// <summary>Forgets a VM that is gone.</summary>
    public void Forget(TargetId target) => _levels.TryRemove(target, out _);
}
