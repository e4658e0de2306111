using Watchkeeper.Monitoring.Agents;
using static Monitoring.Tests.Agents.EngineRig;

namespace Monitoring.Tests.Agents;

public class EpochTests
{
    [Fact]
    public async Task A_set_of_the_epoch_that_is_held_changes_nothing()
    {
        using var rig = new EngineRig();
        await rig.Set(Assign(1, 3));
        rig.Advance(1.6);
        var before = rig.Prober.Asked.Count;
        (await rig.Set(Assign(1, 3))).ShouldHaveSingleItem().IsSet.ShouldBeTrue();
        rig.Advance(1);
        rig.Prober.Asked.Count.ShouldBe(before + 1);
        rig.Engine.Monitors.ShouldBe(1);
    }

    [Fact]
    public async Task An_older_set_is_refused_and_the_newer_one_stays()
    {
        using var rig = new EngineRig();
        await rig.Set(Assign(1, 3));
        (await rig.Set(Assign(1, 2))).ShouldHaveSingleItem().Refusal.ShouldBe("epoch 2 is older than 3");
        (await rig.Holdings()).ShouldBe([new Holding(Id(1), new AssignmentEpoch(3), IsWatched: true)]);
    }

    [Fact]
    public async Task An_unset_of_an_older_epoch_does_not_stop_the_newer_one()
    {
        using var rig = new EngineRig();
        await rig.Set(Assign(1, 3));
        var outcome = await rig.Unset(1, 2);
        outcome.Refusal.ShouldBe("epoch 2 is older than 3: the newer one is held");
        rig.Engine.Monitors.ShouldBe(1);
    }

    [Fact]
    public async Task What_is_handed_over_tells_the_epoch_under_which_it_was_counted()
    {
        using var rig = new EngineRig();
        await rig.Set(Assign(1, 3));

        (await rig.Unset(1, 5)).CountedUnder.ShouldBe(new AssignmentEpoch(3));
        (await rig.Unset(1, 6)).CountedUnder.ShouldBe(new AssignmentEpoch(3), "it sleeps, and was never given another");
        (await rig.Set(Assign(1, 7))).ShouldHaveSingleItem().IsSet.ShouldBeTrue();
        (await rig.Unset(1, 7)).CountedUnder.ShouldBe(new AssignmentEpoch(7));
    }

    [Fact]
    public async Task An_unset_of_what_was_never_held_succeeds_and_a_late_set_can_not_undo_it()
    {
        using var rig = new EngineRig();
        var outcome = await rig.Unset(1, 5);
        outcome.IsUnset.ShouldBeTrue();
        outcome.Carried.ShouldBeEmpty();
        (await rig.Set(Assign(1, 5))).ShouldHaveSingleItem().Refusal.ShouldBe("epoch 5 was left already");
        (await rig.Set(Assign(1, 6))).ShouldHaveSingleItem().IsSet.ShouldBeTrue();
        (await rig.Holdings()).ShouldBe([new Holding(Id(1), new AssignmentEpoch(6), IsWatched: true)]);
    }

    [Fact]
    public async Task A_newer_set_replaces_what_is_watched()
    {
        using var rig = new EngineRig();
        await rig.Set(Assign(1, 3));
        rig.Advance(1.5);
        await rig.Set(Assign(1, 4) with { Address = "10.9.9.9" });
        rig.Prober.Asked.Clear();
        rig.Advance(2);
        rig.Prober.Asked.Select(asked => asked.Address).ShouldBe(["10.9.9.9", "10.9.9.9"]);
        rig.Engine.Monitors.ShouldBe(1);
    }

    [Fact]
    public async Task A_batch_stops_at_its_first_refusal()
    {
        using var rig = new EngineRig();
        var outcomes = await rig.Set(Assign(1, 1), Assign(2, 1) with { Address = "nowhere" }, Assign(3, 1));
        outcomes.Select(outcome => outcome.IsSet).ShouldBe([true, false]);
        outcomes[1].Refusal.ShouldBe("address nowhere is not an IP address of a single host");
        rig.Engine.Monitors.ShouldBe(1);
    }

    [Fact]
    public async Task A_full_agent_names_its_capacity_and_makes_room_when_a_target_leaves()
    {
        using var rig = new EngineRig(new WatchOptions { Capacity = 2 });
        var outcomes = await rig.Set(Assign(1, 1), Assign(2, 1), Assign(3, 1));
        outcomes.Select(outcome => outcome.Refusal).ShouldBe([null, null, "the agent is full: its capacity is 2"]);
        (await rig.Set(Assign(2, 2))).ShouldHaveSingleItem("replacing needs no room").IsSet.ShouldBeTrue();
        await rig.Unset(1, 1);
        (await rig.Set(Assign(3, 1))).ShouldHaveSingleItem().IsSet.ShouldBeTrue();
    }

    [Fact]
    public void The_highest_epochs_are_remembered_up_to_a_limit_the_oldest_are_forgotten()
    {
        var remembered = new RememberedEpochs(2);
        remembered.Remember(Id(1), new AssignmentEpoch(5));
        remembered.Remember(Id(2), new AssignmentEpoch(1));
        remembered.Remember(Id(1), new AssignmentEpoch(3));
        remembered.Remember(Id(3), new AssignmentEpoch(1));
        remembered.Of(Id(1)).ShouldBe(new AssignmentEpoch(5));
        remembered.Of(Id(2)).ShouldBe(AssignmentEpoch.None);
        remembered.Count.ShouldBe(2);
        remembered.Forget(Id(1));
        remembered.Of(Id(1)).ShouldBe(AssignmentEpoch.None);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("0.0.0.0")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("010.0.0.1")]
    [InlineData("::")]
    [InlineData("ff02::1")]
    [InlineData("host.example")]
    public void Only_the_address_of_a_single_host_is_accepted(string address) =>
        AssignmentCheck.TryParse(address, out _).ShouldBeFalse();

    [Fact]
    public void Kpis_that_can_not_be_watched_are_refused()
    {
        AssignmentCheck.TryParse("10.0.0.1", out var endpoint).ShouldBeTrue();
        var good = Alive();
        AssignmentCheck.RefusalOf(good, endpoint).ShouldBeNull();
        AssignmentCheck.RefusalOf(good with { EventName = "" }, endpoint).ShouldNotBeNull();
        var hasty = good with { PollFrequency = TimeSpan.FromMilliseconds(99) };
        AssignmentCheck.RefusalOf(hasty, endpoint).ShouldNotBeNull();
        AssignmentCheck.RefusalOf(good with { Timeout = TimeSpan.Zero }, endpoint).ShouldNotBeNull();
        AssignmentCheck.RefusalOf(good with { Timeout = Poll * 2 }, endpoint).ShouldNotBeNull();
        AssignmentCheck.RefusalOf(good with { OccurrencesFalse = 0 }, endpoint).ShouldNotBeNull();
        AssignmentCheck.RefusalOf(good with { OccurrencesTrue = 1_001 }, endpoint).ShouldNotBeNull();
        var http = good with { Collector = Watchkeeper.Monitoring.Rules.CollectorKind.HttpGet, Port = 80 };
        AssignmentCheck.RefusalOf(http, endpoint).ShouldBeNull();
        AssignmentCheck.RefusalOf(http with { Port = 0 }, endpoint).ShouldNotBeNull();
        AssignmentCheck.RefusalOf(http with { Path = "x" }, endpoint).ShouldNotBeNull();
        AssignmentCheck.Refusal(Assign(1, 1) with { Kpis = [] }, out _).ShouldNotBeNull();
        AssignmentCheck.Refusal(Assign(1, 1) with { Kpis = [good, good] }, out _).ShouldBe("two KPIs raise VM_ALIVE");
    }
}
