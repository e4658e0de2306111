using CsCheck;
using Watchkeeper.Monitoring.Schedule;

namespace Monitoring.Tests.Schedule;

public class BeatTests
{
    [Fact]
    public void The_first_beat_is_within_one_interval_and_the_same_for_the_same_target() =>
        Gen.Select(Gen.Guid, Gen.Long[1, 1_000_000], Gen.Long[0, long.MaxValue / 4]).Sample((target, interval, now) =>
        {
            var first = Beat.First(target, "VM_ALIVE", interval, now);
            first.ShouldBeInRange(now, now + interval - 1);
            Beat.First(target, "VM_ALIVE", interval, first + 1).ShouldBe(first + interval);
        });

    [Fact]
    public void Consecutive_targets_are_spread_over_the_interval()
    {
        var perSecond = new int[10];
        for (var i = 0; i < 10_000; i++)
        {
            var target = new Guid(i, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
            perSecond[Beat.First(target, "VM_ALIVE", TimeSpan.TicksPerSecond * 10, 0) / TimeSpan.TicksPerSecond]++;
        }

        perSecond.Min().ShouldBeGreaterThan(850);
        perSecond.Max().ShouldBeLessThan(1_150);
    }

    [Fact]
    public void The_beats_of_two_kpis_of_a_target_differ()
    {
        var target = new Guid(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
        Beat.First(target, "VM_ALIVE", 1_000_000, 0).ShouldNotBe(Beat.First(target, "WEB_ALIVE", 1_000_000, 0));
    }

    [Fact]
    public void A_beat_never_drifts_is_never_replayed_and_at_most_one_is_overdue() =>
        Gen.Select(Gen.Long[0, 10_000], Gen.Long[1, 1_000], Gen.Long[0, 100_000]).Sample((due, interval, late) =>
        {
            var now = due + late;
            var next = Beat.After(due, interval, now);
            ((next - due) % interval).ShouldBe(0);
            next.ShouldBeGreaterThan(due);
            next.ShouldBeGreaterThan(now - interval);
            next.ShouldBeLessThanOrEqualTo(Math.Max(due + interval, now));
            Beat.Latest(due, interval, now).ShouldBeInRange(now - interval + 1, now);
        });

    [Fact]
    public void The_boot_clock_counts_nanoseconds_and_does_not_go_back()
    {
        var clock = new BootTime();
        var first = clock.GetTimestamp();
        clock.GetTimestamp().ShouldBeGreaterThanOrEqualTo(first);
        clock.GetElapsedTime(0, first).ShouldBeGreaterThan(TimeSpan.Zero);
    }
}
