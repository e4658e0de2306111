using System.Collections.Concurrent;
using Watchkeeper.Monitoring.Agents;

namespace Watchkeeper.Server.Faults;

/// <summary>Since when each VM has been without its agent, as far as it was looked at.</summary>
/// <remarks>
/// In memory: after a restart every VM that is without its agent is without it from now on. Written by the loop that
/// looks, read by whoever raises an alarm or asks for the state of things.
/// </remarks>
internal sealed class UnwatchedTimes(TimeProvider time)
{
    private readonly ConcurrentDictionary<TargetId, long> _since = new();

    /// <summary>Takes note of the VMs that are without their agent now: all others are with theirs.</summary>
    public void Look(IReadOnlySet<TargetId> unwatched)
    {
        var now = time.GetTimestamp();
        foreach (var target in unwatched)
        {
            _since.TryAdd(target, now);
        }

        foreach (var target in _since.Keys.Where(target => !unwatched.Contains(target)))
        {
            _since.TryRemove(target, out _);
        }
    }

    /// <summary>For how long a VM has been without its agent; null when it is not.</summary>
    public TimeSpan? LengthOf(TargetId target) =>
        _since.TryGetValue(target, out var since) ? time.GetElapsedTime(since) : null;

    /// <summary>Since when a VM has been without its agent; null when it is not.</summary>
    public DateTimeOffset? SinceOf(TargetId target) => time.GetUtcNow() - LengthOf(target);
}
