using System.Runtime.InteropServices;

namespace Watchkeeper.Monitoring.Schedule;

/// <summary>A clock that goes on while the machine is suspended, so that a lease can't outlive its agent's sleep.</summary>
/// <remarks>Wall clock and timers are the system's; only timestamps are read from CLOCK_BOOTTIME.</remarks>
public sealed partial class BootTime : TimeProvider
{
    private const int ClockBoottime = 7;
    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <inheritdoc />
    public override long TimestampFrequency => NanosecondsPerSecond;

    /// <inheritdoc />
    public override long GetTimestamp()
    {
        if (ClockGetTime(ClockBoottime, out var time) != 0)
        {
            throw new InvalidOperationException("CLOCK_BOOTTIME can't be read.");
        }

        return (time.Seconds * NanosecondsPerSecond) + time.Nanoseconds;
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int ClockGetTime(int clock, out TimeSpec time);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct TimeSpec
    {
        private readonly nint _seconds;
        private readonly nint _nanoseconds;

        public long Seconds => _seconds;

        public long Nanoseconds => _nanoseconds;
    }
}
