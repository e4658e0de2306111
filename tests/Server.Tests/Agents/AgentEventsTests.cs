using Server.Tests.Storage;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Server.Agents;

namespace Server.Tests.Agents;

/// <summary>What an agent that connects is told, and what is written down of its monitors.</summary>
public sealed class AgentEventsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_it_holds_under_the_present_epoch_is_confirmed()
    {
        await using var rig =
            await new WatchRig().WithVmsAsync(2, vnfc => vnfc with { Monitor = MonitorState.Unwatched });

        var difference = await ConnectAsync(rig, "dmona1", WatchRig.Held(1), WatchRig.Held(2));

        difference.Set.ShouldBeEmpty();
        difference.Unset.ShouldBeEmpty();
        (await rig.MonitorsAsync()).ShouldBe("dmona1 4 Set, dmona1 4 Set");
    }

    [Fact]
    public async Task What_it_lacks_sleeps_on_or_holds_under_an_older_epoch_is_set_with_the_state_that_is_kept_for_it()
    {
        await using var rig = await new WatchRig().WithVmsAsync(3);
        rig.Carried.Put(
            WatchRig.Target(1), new AssignmentEpoch(1), [WatchRig.Kpi("VM_ALIVE", true, against: 2)], 0,
            isAnswer: true);
        rig.Time.Advance(TimeSpan.FromSeconds(3));

        var difference = await ConnectAsync(
            rig, "dmona1", WatchRig.Held(2, isWatched: false), WatchRig.Held(3, epoch: 3));

        difference.Unset.ShouldBeEmpty();
        difference.Set.Select(set => (set.Target, set.Epoch.Value)).ShouldBe(
            [(WatchRig.Target(1), 4L), (WatchRig.Target(2), 4L), (WatchRig.Target(3), 4L)], ignoreOrder: true);
        var carried = difference.Set.Single(set => set.Target == WatchRig.Target(1)).Carried.ShouldHaveSingleItem();
        (carried.State.Against, carried.SinceLastProbe, carried.UntilDue)
            .ShouldBe((2, TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(-1)));
    }

    [Fact]
    public async Task What_is_assigned_elsewhere_or_gone_is_unset_under_the_epoch_that_it_has()
    {
        await using var rig = await new WatchRig().WithVmsAsync(1);

        var difference = await ConnectAsync(
            rig, "dmona2", WatchRig.Held(1, epoch: 3), WatchRig.Held(9), WatchRig.Held(8, isWatched: false));

        difference.Set.ShouldBeEmpty();
        difference.Unset.ShouldBe(
        [
            new TargetEpoch(WatchRig.Target(1), new AssignmentEpoch(3)),
            new TargetEpoch(WatchRig.Target(9), new AssignmentEpoch(4)),
        ]);
        (await rig.MonitorsAsync()).ShouldBe("dmona1 4 Set");
    }

    [Theory]
    [InlineData(MonitorState.Unset, VmState.MonitorUnset)]
    [InlineData(MonitorState.Unwatched, VmState.Undeploying)]
    public async Task What_nobody_is_to_watch_is_not_set_and_unset_when_it_is_held(object monitor, object state)
    {
        await using var rig = await new WatchRig().WithVmsAsync(
            2, vnfc => vnfc with { Monitor = (MonitorState)monitor, State = (VmState)state });
        var before = await rig.MonitorsAsync();

        var difference = await ConnectAsync(rig, "dmona1", WatchRig.Held(2));

        difference.Set.ShouldBeEmpty();
        difference.Unset.ShouldHaveSingleItem().Target.ShouldBe(WatchRig.Target(2));
        (await rig.MonitorsAsync()).ShouldBe(before);
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task A_higher_epoch_than_ours_is_exceeded_and_the_VM_set_anew(bool isWatched)
    {
        await using var rig = await new WatchRig().WithVmsAsync(1, vnfc => vnfc with { MovedBy = Samples.Id(7) });

        var difference = await ConnectAsync(rig, "dmona1", WatchRig.Held(1, epoch: 9, isWatched));

        difference.Set.ShouldHaveSingleItem().Epoch.Value.ShouldBe(10);
        difference.Unset.ShouldBeEmpty();
        (await rig.MonitorsAsync()).ShouldBe("dmona1 10 Unwatched");
        (await rig.VmAsync(1)).MovedBy.ShouldBeNull();

        await rig.Events.SetEndedAsync(
            "dmona1", [new SetOutcome(WatchRig.Target(1), new AssignmentEpoch(10), null)], Token);
        (await rig.MonitorsAsync()).ShouldBe("dmona1 10 Set");
    }

    [Fact]
    public async Task A_higher_epoch_at_another_agent_leaves_the_VM_to_be_set_on_its_own()
    {
        await using var rig = await new WatchRig().WithVmsAsync(2);

        var difference = await ConnectAsync(rig, "dmona2", WatchRig.Held(1, epoch: 9));

        difference.Set.ShouldBeEmpty();
        difference.Unset.ShouldHaveSingleItem().Epoch.Value.ShouldBe(9);
        (await rig.MonitorsAsync()).ShouldBe("dmona1 10 Unwatched, dmona1 4 Set");
        rig.Assignments.Unsettled().ShouldHaveSingleItem().Target.ShouldBe(WatchRig.Target(1));
    }

    [Fact]
    public async Task A_higher_epoch_at_another_agent_waits_for_an_own_agent_that_is_away()
    {
        await using var rig = await new WatchRig().WithVmsAsync(1);
        rig.Join("dmona1", rig.One, AgentState.Offline);

        await ConnectAsync(rig, "dmona2", WatchRig.Held(1, epoch: 9, isWatched: false));
        var difference = await ConnectAsync(rig, "dmona1", WatchRig.Held(1));

        difference.Set.ShouldHaveSingleItem().Epoch.Value.ShouldBe(10);
        rig.One.Sent.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_was_disabled_on_request_stays_so_when_its_epoch_is_raised()
    {
        await using var rig = await new WatchRig().WithVmsAsync(
            1, vnfc => vnfc with { Monitor = MonitorState.Unset, State = VmState.MonitorUnset });

        var difference = await ConnectAsync(rig, "dmona1", WatchRig.Held(1, epoch: 9));

        difference.Set.ShouldBeEmpty();
        (await rig.MonitorsAsync()).ShouldBe("dmona1 10 Unset");
    }

    [Fact]
    public async Task The_answers_to_a_difference_are_marked_unless_their_epoch_is_past()
    {
        await using var rig =
            await new WatchRig().WithVmsAsync(3, vnfc => vnfc with { Monitor = MonitorState.Unwatched });
        rig.Carried.Put(WatchRig.Target(1), new AssignmentEpoch(1), [WatchRig.Kpi("VM_ALIVE", true)], 0,
            isAnswer: true);
        rig.Carried.Put(WatchRig.Target(3), new AssignmentEpoch(1), [WatchRig.Kpi("VM_ALIVE", true)], 0,
            isAnswer: true);

        await rig.Events.SetEndedAsync(
            "dmona1",
            [
                new SetOutcome(WatchRig.Target(1), new AssignmentEpoch(4), null),
                new SetOutcome(WatchRig.Target(2), new AssignmentEpoch(4), "full"),
                new SetOutcome(WatchRig.Target(3), new AssignmentEpoch(3), null),
            ],
            Token);

        (await rig.MonitorsAsync()).ShouldBe("dmona1 4 Set, dmona1 4 SetFailed, dmona1 4 Unwatched");
        rig.Carried.Find(WatchRig.Target(1)).Kpis.ShouldNotBeEmpty();
        await rig.TakeAsync("dmona1", WatchRig.Report(1, true), WatchRig.Report(3, true, epoch: 3));
        rig.Carried.Find(WatchRig.Target(1)).Kpis.ShouldBeEmpty();
        rig.Carried.Find(WatchRig.Target(3)).Kpis.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Two_thousand_VMs_are_confirmed_and_set_in_one_go()
    {
        await using var rig = await new WatchRig().WithVmsAsync(
            2_000, vnfc => vnfc with { Monitor = MonitorState.Unwatched });

        var difference = await ConnectAsync(
            rig, "dmona1", [.. Enumerable.Range(1, 1_000).Select(vm => WatchRig.Held(vm))]);

        difference.Set.Length.ShouldBe(1_000);
        difference.Unset.ShouldBeEmpty();
        (await rig.VmsAsync()).Count(vm => vm.Vnfc.Monitor == MonitorState.Set).ShouldBe(1_000);
    }

    // The marks are written behind the difference.
    private static async Task<AgentDifference> ConnectAsync(WatchRig rig, string agent, params Holding[] holdings)
    {
        var difference = await rig.Events.ConnectedAsync(agent, [.. holdings], Token);
        await rig.Marks.WriteAsync(_ => false, Token);
        return difference;
    }
}
