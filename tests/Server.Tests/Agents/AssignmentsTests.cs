using Server.Tests.Storage;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Server.Agents;
using Watchkeeper.Server.Storage;

namespace Server.Tests.Agents;

/// <summary>The assignments in memory, and the room that is reserved beside them.</summary>
public sealed class AssignmentsTests
{
    private static VnfInstanceId Instance => new(Samples.Id(1));

    [Fact]
    public void Of_two_versions_the_later_stays_whatever_their_order()
    {
        var assignments = new Assignments();
        assignments.Stored(Row(1, "dmona2", 5, version: 3));
        assignments.Stored(Row(1, "dmona1", 4, version: 2));
        assignments.Refreshed(Row(1, "dmona1", 4, version: 2));

        assignments.TryFind(WatchRig.Target(1), out var found).ShouldBeTrue();
        (found!.Vnfc.Agent, found.Vnfc.Epoch).ShouldBe(("dmona2", 5L));
        assignments.CountOf("dmona1").ShouldBe(0);
        assignments.CountOf("dmona2").ShouldBe(1);
    }

    [Fact]
    public void A_VM_is_counted_with_the_agent_that_it_has_now()
    {
        var assignments = new Assignments();
        assignments.Stored([Row(1, "dmona1", 4), Row(2, "dmona1", 4), Row(3, null, 0)]);
        assignments.Stored(Row(2, "dmona2", 5, version: 1));
        assignments.Stored(Row(3, "dmona2", 1, version: 1));

        assignments.Of("dmona1").Select(row => row.Target).ShouldBe([WatchRig.Target(1)]);
        assignments.Of("dmona2").Length.ShouldBe(2);
        assignments.Of("nobody").ShouldBeEmpty();

        assignments.Deleted([Row(3, null, 0)]);
        assignments.CountOf("dmona2").ShouldBe(1);
    }

    [Fact]
    public void A_change_wakes_those_who_wait_for_that_VNF_only()
    {
        var assignments = new Assignments();
        var change = assignments.NextChangeOf(Instance);
        var other = assignments.NextChangeOf(new VnfInstanceId(Samples.Id(2)));

        assignments.Stored(Row(1, "dmona1", 4, version: 1));
        change.IsOpen.ShouldBeTrue();
        other.IsOpen.ShouldBeFalse();

        var next = assignments.NextChangeOf(Instance);
        assignments.Stored(Row(1, "dmona1", 4, version: 1));
        next.IsOpen.ShouldBeFalse();

        assignments.Deleted([Row(1, "dmona1", 4)]);
        next.IsOpen.ShouldBeTrue();
    }

    [Fact]
    public async Task Writers_at_once_leave_the_last_version()
    {
        var assignments = new Assignments();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Yielding(() =>
        {
            for (var version = writer; version < 4_000; version += 8)
            {
                assignments.Stored(Row(1, $"agent{version % 3}", version, version));
            }
        })));

        assignments.TryFind(WatchRig.Target(1), out var found).ShouldBeTrue();
        found!.Vnfc.Version.ShouldBe(3_999);
        Enumerable.Range(0, 3).Select(agent => assignments.CountOf($"agent{agent}")).Sum().ShouldBe(1);
        assignments.CountOf($"agent{3_999 % 3}").ShouldBe(1);
    }

    [Fact]
    public async Task Operations_at_once_never_reserve_more_than_there_is()
    {
        var assignments = new Assignments();
        assignments.Stored(Enumerable.Range(1, 10).Select(vm => Row(vm, "dmona1", 4)));
        var ledger = new CapacityLedger(assignments);
        var granted = 0;

        await Task.WhenAll(Enumerable.Range(1, 64).Select(operation => Yielding(() =>
        {
            if (ledger.TryReserve(Samples.Id(operation), "dmona1", capacity: 100, targets: 7))
            {
                Interlocked.Increment(ref granted);
            }
        })));

        granted.ShouldBe(12);
    }

    [Fact]
    public void Room_that_is_given_back_can_be_reserved_again_and_asking_twice_counts_once()
    {
        var ledger = new CapacityLedger(new Assignments());

        ledger.TryReserve(Samples.Id(1), "dmona1", 10, 6).ShouldBeTrue();
        ledger.TryReserve(Samples.Id(1), "dmona1", 10, 6).ShouldBeTrue();
        ledger.TryReserve(Samples.Id(2), "dmona1", 10, 5).ShouldBeFalse();
        ledger.TryReserve(Samples.Id(2), "dmona2", 10, 5).ShouldBeTrue();
        ledger.Release(Samples.Id(1));
        ledger.TryReserve(Samples.Id(3), "dmona1", 10, 10).ShouldBeTrue();
        ledger.TryReserve(Samples.Id(3), "dmona1", 10, 11).ShouldBeFalse();
        ledger.TryReserve(Samples.Id(4), "dmona1", 10, 10).ShouldBeTrue();
    }

    private static async Task Yielding(Action act)
    {
        await Task.Yield();
        act();
    }

    private static WatchedVnfc Row(int vm, string? agent, long epoch, long version = 0)
    {
        var sample = Samples.Vnfc(100 + vm, 1);
        return sample with { Vnfc = sample.Vnfc with { Agent = agent, Epoch = epoch, Version = version } };
    }
}
