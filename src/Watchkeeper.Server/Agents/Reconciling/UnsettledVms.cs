using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Agents.Reconciling;

/// <summary>
/// Remembers of each VM whose monitor is not where it should be: since when, and when it is tried next.
/// </summary>
/// <remarks>In memory: after a restart every VM that is without a monitor is without it from now on. Used by the
/// reconciler's loop only.</remarks>
internal sealed class UnsettledVms(TimeProvider time, Random random)
{
    /// <summary>
    /// How long a VM is left alone at first: whoever moves it, or an agent that is late, mostly settles it by itself.
    /// </summary>
    public static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);

    /// <summary>The longest pause between two tries.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly Dictionary<TargetId, Entry> _entries = [];

    /// <summary>Takes over which VMs are unsettled now; those that are not any more are forgotten.</summary>
    public void Update(ImmutableArray<WatchedVnfc> unsettled)
    {
        var now = time.GetTimestamp();
        foreach (var vnfc in unsettled)
        {
            if (!_entries.TryGetValue(vnfc.Target, out var entry))
            {
                _entries[vnfc.Target] = entry = new Entry { NextTry = now + Ticks(FirstPause) };
            }

            entry.IsSeen = true;
            entry.Since = vnfc.Vnfc.Monitor == MonitorState.Set ? null : entry.Since ?? now;
        }

        foreach (var (target, entry) in _entries)
        {
            if (!entry.IsSeen)
            {
                _entries.Remove(target);
            }

            entry.IsSeen = false;
        }
    }

    /// <summary>A VM as the decision looks at it.</summary>
    public UnsettledVm View(WatchedVnfc vnfc, string home)
    {
        var entry = _entries[vnfc.Target];
        return new UnsettledVm(
            vnfc.Vnfc.Monitor,
            vnfc.Vnfc.GuardFor is not null,
            string.Equals(vnfc.Vnfc.Agent, home, StringComparison.Ordinal),
            entry.Since is { } since ? time.GetElapsedTime(since) : TimeSpan.Zero,
            entry.NextTry <= time.GetTimestamp(),
            entry.Failures);
    }

    /// <summary>When a VM is tried next; the one that waits longest is first.</summary>
    public long NextTryOf(TargetId target) => _entries[target].NextTry;

    /// <summary>A try has failed: the pause doubles, with some spread. It does not go past the time at which the VM is
    /// to have a guard.</summary>
    public void Failed(TargetId target, TimeSpan guardAfter)
    {
        if (_entries.TryGetValue(target, out var entry))
        {
            var pause = FirstPause * Math.Pow(2, Math.Min(entry.Failures, 10));
            pause = (pause < LongestPause ? pause : LongestPause) * (0.75 + (0.5 * random.NextDouble()));
            entry.Failures++;
            var now = time.GetTimestamp();
            entry.NextTry = now + Ticks(pause);
            if (entry.Since + Ticks(guardAfter) is { } guard && guard > now)
            {
                entry.NextTry = Math.Min(entry.NextTry, guard);
            }
        }
    }

    /// <summary>Nothing could be done now; that is nobody's failure.</summary>
    public void Postponed(TargetId target)
    {
        if (_entries.TryGetValue(target, out var entry))
        {
            entry.NextTry = time.GetTimestamp() + Ticks(FirstPause);
        }
    }

    /// <summary>Whether its agent is away. When that one goes or comes, what was refused before does not count any
    /// more; meanwhile guards that refuse have their pauses.</summary>
    public void HomeIsAway(TargetId target, bool isAway)
    {
        if (_entries.TryGetValue(target, out var entry) && entry.IsHomeAway != isAway)
        {
            entry.IsHomeAway = isAway;
            if (entry.Failures > 0)
            {
                entry.Failures = 0;
                entry.NextTry = time.GetTimestamp();
            }
        }
    }

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);

    private sealed class Entry
    {
        public long? Since { get; set; }

        public long NextTry { get; set; }

        public int Failures { get; set; }

        public bool IsSeen { get; set; }

        public bool IsHomeAway { get; set; }
    }
}
