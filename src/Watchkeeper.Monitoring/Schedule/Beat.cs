using System.Buffers.Binary;

namespace Watchkeeper.Monitoring.Schedule;

/// <summary>Says when a target is asked: pure arithmetic, so that beats need no coordination and never drift.</summary>
internal static class Beat
{
    /// <summary>The first due time, at or after now, of a target that brings none with it: spread by its id and event.</summary>
    /// <param name="target">The target's id.</param>
    /// <param name="eventName">The KPI's event name: the KPIs of one target are spread, too.</param>
    /// <param name="interval">The time between two beats.</param>
    /// <param name="now">The time on the agent's own clock, in the unit of the interval; not negative.</param>
    public static long First(Guid target, string eventName, long interval, long now)
    {
        var phase = (long)(Hash(target, eventName) % (ulong)interval);
        var wait = phase - (now % interval);
        return now + (wait < 0 ? wait + interval : wait);
    }

    /// <summary>The latest beat that has come, for one that is due: those missed before it are dropped, the phase stays.</summary>
    public static long Latest(long due, long interval, long now) =>
        now <= due ? due : due + ((now - due) / interval * interval);

    /// <summary>The beat to ask after this one: one interval later, or the latest that has passed if that has come too.</summary>
    public static long After(long due, long interval, long now) => Latest(due + interval, interval, now);

    private static ulong Hash(Guid target, string eventName)
    {
        Span<byte> bytes = stackalloc byte[16];
        target.TryWriteBytes(bytes);
        // FNV-1a over the name, then the finaliser of SplitMix64, so that consecutive ids are spread as well as random ones.
        var hash = 14695981039346656037UL;
        foreach (var letter in eventName)
        {
            hash = (hash ^ letter) * 1099511628211UL;
        }

        hash ^= BinaryPrimitives.ReadUInt64LittleEndian(bytes) * 0x9E3779B97F4A7C15UL;
        hash ^= BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]);
        hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9UL;
        hash = (hash ^ (hash >> 27)) * 0x94D049BB133111EBUL;
        return hash ^ (hash >> 31);
    }
}
