using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Monitoring.Rules;
using static Monitoring.Tests.Agents.EngineRig;

namespace Monitoring.Tests.Agents;

public class SleeperTests
{
    private static readonly KpiState OneOfThree = new(Believed: true, Trues: 0, Falses: 1);

    [Fact]
    public async Task An_unset_target_is_not_asked_and_wakes_by_itself_with_its_state_and_old_epoch()
    {
        using var rig = new EngineRig();
        rig.Silence();
        await rig.Set(Assign(1, 3, Carry(OneOfThree, until: 0.5)));
        await rig.Unset(1, 3, hold: 5);
        rig.Engine.Monitors.ShouldBe(0);
        rig.Verdicts();

        rig.Advance(4.99);
        rig.Prober.Asked.ShouldBeEmpty();
        rig.Advance(0.02);
        rig.Engine.Monitors.ShouldBe(1);
        rig.Prober.Asked.ShouldHaveSingleItem("an overdue beat is asked at once, and only once");
        rig.Advance(1.6);
        var verdict = rig.Verdicts().ShouldHaveSingleItem();
        verdict.Epoch.ShouldBe(new AssignmentEpoch(3));
        verdict.Kpis[0].State.Believed.ShouldBe(false);
    }

    [Fact]
    public async Task No_kpi_of_a_sleeper_wakes_it_before_its_time()
    {
        using var rig = new EngineRig();
        var second = Alive() with { EventName = "PING_FAST", PollFrequency = Poll / 4, Timeout = Poll / 4 };
        await rig.Set(Assign(1, 3) with { Kpis = [Alive(), second] });
        rig.Engine.Pause();
        rig.Advance(1.1);
        await rig.Unset(1, 3, hold: 3);
        rig.Engine.Resume();
        rig.Prober.Asked.Clear();
        rig.Advance(2.9);
        rig.Prober.Asked.ShouldBeEmpty();
        rig.Advance(0.2);
        rig.Prober.Asked.Select(asked => asked.Question.Kpi.EventName).Distinct().Count().ShouldBe(2);
    }

    [Theory]
    [InlineData(3, 1)]
    [InlineData(4, 1)]
    [InlineData(2, 2)]
    public async Task A_released_sleeper_does_not_wake_unless_the_release_is_older(long released, int holdings)
    {
        using var rig = new EngineRig();
        await rig.Set(Assign(1, 3));
        await rig.Unset(1, 3);
        rig.Release(1, released);
        rig.Advance(6);
        rig.Engine.Monitors.ShouldBe(holdings - 1);
    }

    [Fact]
    public async Task A_newer_unset_keeps_a_sleeper_from_waking()
    {
        using var rig = new EngineRig();
        await rig.Set(Assign(1, 3));
        await rig.Unset(1, 3);
        (await rig.Unset(1, 4)).Carried.ShouldHaveSingleItem();
        rig.Advance(6);
        rig.Engine.Monitors.ShouldBe(0);
        rig.Prober.Asked.ShouldBeEmpty();
        (await rig.Holdings()).ShouldBe([new Holding(Id(1), new AssignmentEpoch(4), IsWatched: false)]);
    }

    [Fact]
    public async Task A_newer_set_takes_the_place_of_a_sleeper()
    {
        using var rig = new EngineRig();
        await rig.Set(Assign(1, 3));
        await rig.Unset(1, 3);
        (await rig.Set(Assign(1, 4))).ShouldAllBe(outcome => outcome.IsSet);
        rig.Advance(6);
        (await rig.Holdings()).ShouldBe([new Holding(Id(1), new AssignmentEpoch(4), IsWatched: true)]);
        rig.Prober.Asked.Count.ShouldBeInRange(5, 7);
    }

    [Fact]
    public async Task Without_a_hold_a_target_is_forgotten_but_for_its_epoch()
    {
        using var rig = new EngineRig();
        await rig.Set(Assign(1, 3));
        await rig.Unset(1, 3, hold: 0);
        (await rig.Unset(1, 3, hold: 0)).Carried.ShouldBeEmpty();
        (await rig.Set(Assign(1, 3))).ShouldHaveSingleItem().Refusal.ShouldBe("epoch 3 was left already");
        rig.Advance(6);
        rig.Prober.Asked.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_second_unset_prolongs_the_sleep()
    {
        using var rig = new EngineRig();
        await rig.Set(Assign(1, 3));
        await rig.Unset(1, 3, hold: 2);
        rig.Advance(1.5);
        await rig.Unset(1, 3, hold: 2);
        rig.Advance(1.5);
        rig.Engine.Monitors.ShouldBe(0);
        rig.Advance(1);
        rig.Engine.Monitors.ShouldBe(1);
    }
}
