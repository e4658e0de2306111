using CsCheck;
using Watchkeeper.Monitoring.Schedule;

namespace Monitoring.Tests.Schedule;

public class TimingWheelTests
{
    private const long Tick = 5;
    private const int Buckets = 8;

    /// <summary>What may be done to a wheel: schedule, cancel, or let time pass.</summary>
    private sealed record Act(int Kind, int Entry, long Time);

    [Fact]
    public void It_gives_what_a_plain_list_gives() =>
        Gen.Select(Gen.Int[0, 2], Gen.Int[0, 20], Gen.Long[0, 300], (kind, entry, time) => new Act(kind, entry, time))
            .List[1, 200]
            .Sample(acts =>
            {
                var wheel = new TimingWheel(Buckets, Tick, 0);
                var list = new Dictionary<int, long>();
                var now = 0L;
                foreach (var act in acts)
                {
                    switch (act.Kind)
                    {
                        case 0:
                            wheel.Schedule(act.Entry, now + act.Time - 50);
                            list[act.Entry] = now + act.Time - 50;
                            break;
                        case 1:
                            wheel.Cancel(act.Entry);
                            list.Remove(act.Entry);
                            break;
                        default:
                            now += act.Time;
                            var due = list.Where(pair => pair.Value <= now).Select(pair => pair.Key).ToList();
                            due.ForEach(entry => list.Remove(entry));
                            Take(wheel, now).ShouldBe(due, ignoreOrder: true);
                            break;
                    }

                    wheel.Count.ShouldBe(list.Count);
                }
            });

    [Fact]
    public void Scheduling_and_taking_allocate_nothing()
    {
        var wheel = new TimingWheel(512, Tick, 0);
        for (var entry = 0; entry < 1_000; entry++)
        {
            wheel.Schedule(entry, entry);
        }

        Span<int> taken = stackalloc int[100];
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var now = 0L; now < 10_000; now += Tick)
        {
            for (int count; (count = wheel.TakeDue(now, taken)) > 0;)
            {
                foreach (var entry in taken[..count])
                {
                    wheel.Schedule(entry, now + 1_000);
                }
            }
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
        wheel.Count.ShouldBe(1_000);
    }

    [Fact]
    public void An_entry_of_a_later_turn_waits_for_it()
    {
        var wheel = new TimingWheel(Buckets, Tick, 0);
        wheel.Schedule(3, (3 * Buckets * Tick) + 2);
        Take(wheel, 3 * Buckets * Tick).ShouldBeEmpty();
        Take(wheel, (3 * Buckets * Tick) + 2).ShouldBe([3]);
    }

    private static List<int> Take(TimingWheel wheel, long now)
    {
        var all = new List<int>();
        Span<int> some = stackalloc int[3];
        for (int count; (count = wheel.TakeDue(now, some)) > 0;)
        {
            all.AddRange(some[..count]);
        }

        return all;
    }
}
