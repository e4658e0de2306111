using System.Collections.Concurrent;
using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Server.Agents;
using Watchkeeper.Server.Agents.Reconciling;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Faults;

/// <summary>Raises the alarm of VMs that have been without their agent for <c>unwatched.guardAfter</c>.</summary>
/// <remarks>
/// Cleared by the mark that ends it, in its transaction. Raised here only while the row is still as it was looked at,
/// so that no alarm can come after its end.
/// </remarks>
internal sealed class UnwatchedAlarms(
    Assignments assignments, VmAlarms alarms, Store store, ReconcileSettings settings, TimeProvider time)
    : IAlarmRound
{
    /// <summary>Alarms raised in one look, so that the loss of a large agent does not fill the store's queue.</summary>
    public const int MostPerLook = 500;

    // In memory: after a restart every VM that is without its agent is without it from now on. Of each VM also the
    // version of the row under which its alarm was raised: a row that changes may have cleared it. Written by the one
    // loop, read by whoever asks for the state of things.
    private readonly ConcurrentDictionary<TargetId, Seen> _seen = new();

    /// <summary>Since when a VM has been without its agent; null when it is not, as far as it was looked at.</summary>
    public DateTimeOffset? SinceOf(TargetId target) =>
        _seen.TryGetValue(target, out var seen) ? At(seen.Since) : null;

    /// <inheritdoc />
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        var unsettled = assignments.Unsettled();
        var due = new List<WatchedVnfc>();
        foreach (var vnfc in unsettled)
        {
            var seen = _seen.GetOrAdd(
                vnfc.Target, static (_, now) => new Seen(now, ToldVersion: -1), time.GetTimestamp());
            if (seen.ToldVersion != vnfc.Vnfc.Version && time.GetElapsedTime(seen.Since) >= settings.GuardAfter)
            {
                due.Add(vnfc);
            }
        }

        var still = unsettled.Select(vnfc => vnfc.Target).ToHashSet();
        foreach (var target in _seen.Keys.Where(target => !still.Contains(target)))
        {
            _seen.TryRemove(target, out _);
        }

        await Task.WhenAll(due.Take(MostPerLook).Select(vnfc => RaiseAsync(vnfc, cancellationToken)));
    }

    private async Task RaiseAsync(WatchedVnfc vnfc, CancellationToken cancellationToken)
    {
        var seen = _seen[vnfc.Target];
        try
        {
            await store.CommitAsync(
                [VnfcDemand.Unchanged(vnfc.Vnfc), .. alarms.Raise(vnfc.Vnfc, At(seen.Since))],
                cancellationToken);
            _seen[vnfc.Target] = seen with { ToldVersion = vnfc.Vnfc.Version };
        }
        catch (StoreConflictException)
        {
            // It was marked meanwhile, or is gone: the next look sees it as it is.
        }
    }

    private DateTimeOffset At(long timestamp) => time.GetUtcNow() - time.GetElapsedTime(timestamp);

    private sealed record Seen(long Since, long ToldVersion);
}
