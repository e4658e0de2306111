using Server.Tests.Storage;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Server.Storage;

namespace Server.Tests.Agents;

/// <summary>One judge: what comes through the gate, what does not, and what is stored of it.</summary>
public sealed class ReportGateTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("dmona1", 1, 3)]
    [InlineData("dmona1", 1, 5)]
    [InlineData("dmona2", 1, 4)]
    [InlineData("dmona1", 9, 4)]
    public async Task What_is_not_under_the_present_assignment_is_fenced_counted_and_changes_nothing(
        string agent, int vm, long epoch)
    {
        await using var rig = await new WatchRig().WithVmsAsync(1);
        var before = await rig.VmAsync(1);

        var fenced = await rig.TakeAsync(agent, WatchRig.Report(vm, isAlive: false, epoch));

        fenced.ShouldBe([new TargetEpoch(WatchRig.Target(vm), new AssignmentEpoch(epoch))]);
        rig.Meters.Of("watchkeeper.verdicts.dropped").ShouldBe([1]);
        rig.Meters.Of("watchkeeper.verdicts.accepted").ShouldBeEmpty();
        (await rig.VmAsync(1)).ShouldBe(before);
        (await rig.EventsAsync()).ShouldBe("");
        (await rig.StoredLevelsAsync()).ShouldBeEmpty();
        rig.Gaps.ShouldBeEmpty();
    }

    [Fact]
    public async Task Counters_of_a_former_judge_are_fenced_too_but_are_no_verdict()
    {
        await using var rig = await new WatchRig().WithVmsAsync(1);

        var fenced = await rig.TakeAsync("dmona2", WatchRig.Report(1, true, isVerdict: false));

        fenced.Length.ShouldBe(1);
        rig.Meters.Of("watchkeeper.verdicts.dropped").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_verdict_is_durable_in_one_commit_before_anybody_is_told()
    {
        var gate = new Gate();
        await using var rig = await new WatchRig(gate).WithVmsAsync(1);
        var instance = new VnfInstanceId(Samples.Id(1));
        var change = rig.Assignments.NextChangeOf(instance);
        var held = gate.Hold();

        var taking = rig.TakeAsync("dmona1", WatchRig.Report(1, isAlive: false));
        await held;

        rig.Assignments.TryFind(WatchRig.Target(1), out var shown).ShouldBeTrue();
        shown!.Vnfc.State.ShouldBe(VmState.Alive);
        rig.Levels.Find(WatchRig.Target(1)).ShouldBeNull();
        change.IsOpen.ShouldBeFalse();
        gate.Groups[^1].ShouldBe(1);

        gate.LetGo();
        (await taking).ShouldBeEmpty();

        await change.WaitAsync(TestContext.Current.CancellationToken);
        rig.Assignments.TryFind(WatchRig.Target(1), out shown).ShouldBeTrue();
        shown!.Vnfc.ShouldBe(await rig.VmAsync(1));
        shown.Vnfc.State.ShouldBe(VmState.Error);
        (await rig.EventsAsync()).ShouldBe("VM_ALIVE FAILURE");
        (await rig.StoredLevelsAsync()).ShouldHaveSingleItem().Epoch.Value.ShouldBe(4);
        rig.Meters.Of("watchkeeper.verdicts.accepted").ShouldBe([1]);
    }

    [Fact]
    public async Task A_writer_that_was_faster_is_no_reason_to_lose_a_verdict()
    {
        await using var rig = await new WatchRig().WithVmsAsync(1);
        await rig.ChangeBehindAsync(1, vnfc => vnfc with { Monitor = MonitorState.Unwatched });

        await rig.TakeAsync("dmona1", WatchRig.Report(1, isAlive: false));

        var vm = await rig.VmAsync(1);
        (vm.State, vm.Monitor, vm.Version).ShouldBe((VmState.Error, MonitorState.Unwatched, 2));
        (await rig.EventsAsync()).ShouldBe("VM_ALIVE FAILURE");
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task An_epoch_that_moved_on_between_look_and_commit_voids_the_verdict(bool isAlive)
    {
        await using var rig = await new WatchRig().WithVmsAsync(1);
        await rig.ChangeBehindAsync(1, vnfc => vnfc with { Agent = "dmona2", Epoch = 5 });

        await rig.TakeAsync("dmona1", WatchRig.Report(1, isAlive, others: ("LOAD", true)));

        var vm = await rig.VmAsync(1);
        (vm.State, vm.Agent, vm.Epoch).ShouldBe((VmState.Alive, "dmona2", 5L));
        (await rig.EventsAsync()).ShouldBe("");
        (await rig.StoredLevelsAsync()).ShouldBeEmpty();
        rig.Levels.Find(WatchRig.Target(1)).ShouldBeNull();
        rig.Meters.Of("watchkeeper.verdicts.dropped").ShouldBe([1]);
    }

    [Fact]
    public async Task A_level_that_is_said_again_and_again_is_one_event()
    {
        await using var rig = await new WatchRig().WithVmsAsync(1);

        for (var time = 0; time < 10; time++)
        {
            await rig.TakeAsync("dmona1", WatchRig.Report(1, isAlive: false));
        }

        (await rig.EventsAsync()).ShouldBe("VM_ALIVE FAILURE");
        (await rig.VmAsync(1)).Version.ShouldBe(1);
    }

    [Fact]
    public async Task Down_and_up_again_is_an_event_each()
    {
        await using var rig = await new WatchRig().WithVmsAsync(1);

        foreach (var isAlive in (bool[])[true, false, false, true, true])
        {
            await rig.TakeAsync("dmona1", WatchRig.Report(1, isAlive));
        }

        (await rig.EventsAsync()).ShouldBe("VM_ALIVE FAILURE, VM_ALIVE SUCCESS");
        (await rig.VmAsync(1)).State.ShouldBe(VmState.Alive);
    }

    [Fact]
    public async Task Another_KPI_is_an_event_whenever_its_belief_changes_and_the_VM_stays_as_it_is()
    {
        await using var rig = await new WatchRig().WithVmsAsync(1);

        foreach (var load in (bool?[])[null, true, true, false, false, true])
        {
            await rig.TakeAsync("dmona1", WatchRig.Report(1, isAlive: true, others: ("LOAD", load)));
        }

        (await rig.EventsAsync()).ShouldBe("LOAD SUCCESS, LOAD FAILURE, LOAD SUCCESS");
        (await rig.VmAsync(1)).State.ShouldBe(VmState.Alive);
    }

    [Theory]
    [InlineData(VmState.Deploying)]
    [InlineData(VmState.Undeploying)]
    [InlineData(VmState.MonitorUnset)]
    [InlineData(VmState.Shutoff)]
    public async Task The_state_of_a_VM_that_an_operation_has_in_hand_is_not_the_agents_to_change(object state)
    {
        await using var rig = await new WatchRig().WithVmsAsync(1, vnfc => vnfc with { State = (VmState)state });

        await rig.TakeAsync("dmona1", WatchRig.Report(1, isAlive: true));
        await rig.TakeAsync("dmona1", WatchRig.Report(1, isAlive: false));

        (await rig.VmAsync(1)).State.ShouldBe((VmState)state);
        (await rig.EventsAsync()).ShouldBe("");
    }

    [Fact]
    public async Task A_new_VM_that_was_never_seen_alive_is_not_in_error()
    {
        await using var rig = await new WatchRig().WithVmsAsync(1, vnfc => vnfc with { State = VmState.Inert });

        await rig.TakeAsync("dmona1", WatchRig.Report(1, isAlive: false));
        (await rig.VmAsync(1)).State.ShouldBe(VmState.Inert);

        await rig.TakeAsync("dmona1", WatchRig.Report(1, isAlive: true));
        (await rig.VmAsync(1)).State.ShouldBe(VmState.Alive);
    }

    [Fact]
    public async Task A_belief_that_changed_just_before_the_hand_over_is_told_once_after_it()
    {
        await using var rig = await new WatchRig().WithVmsAsync(1);
        await rig.TakeAsync("dmona1", WatchRig.Report(1, true, others: ("LOAD", false)));
        rig.One.State = [WatchRig.Kpi("VM_ALIVE", true), WatchRig.Kpi("LOAD", true)];
        rig.One.Hold(WatchRig.Target(1), 4);
        var unset = await rig.Unsetting.UnsetAsync(await rig.VmsAsync(), isForGood: false, Token);
        await rig.Store.CommitAsync(rig.Unsetting.WritesOf(unset), Token);
        var stamped = await rig.Setting.StampAsync(await rig.VmsAsync(), "dmona2", null, Token);
        await rig.Setting.SendAsync(stamped, "dmona2", Token);

        await rig.TakeAsync("dmona2", WatchRig.Report(1, true, epoch: 5, others: ("LOAD", true)));
        await rig.TakeAsync("dmona2", WatchRig.Report(1, true, epoch: 5, others: ("LOAD", true)));

        (await rig.EventsAsync()).ShouldBe("LOAD FAILURE, LOAD SUCCESS");
    }

    [Fact]
    public async Task A_belief_that_was_stored_before_anybody_was_told_of_it_is_told_once()
    {
        await using var rig = await new WatchRig().WithVmsAsync(1);
        await rig.TakeAsync("dmona1", WatchRig.Report(1, true, others: ("LOAD", false)));

        // By an unset, or with its counters; read again by a manager that has restarted since.
        var level = new StoredLevel(
            WatchRig.Target(1), new AssignmentEpoch(4), [WatchRig.Kpi("VM_ALIVE", true), WatchRig.Kpi("LOAD", true)],
            Samples.Noon);
        await rig.Store.CommitAsync([LevelTable.Put(level)], Token);
        rig.Levels.Stored((await rig.StoredLevelsAsync()).ShouldHaveSingleItem());

        await rig.TakeAsync("dmona1", WatchRig.Report(1, true, others: ("LOAD", true)));
        await rig.TakeAsync("dmona1", WatchRig.Report(1, true, others: ("LOAD", true)));

        (await rig.EventsAsync()).ShouldBe("LOAD FAILURE, LOAD SUCCESS");
        (await rig.VmAsync(1)).Told.ShouldNotBeNull().ShouldBe([new ToldBelief("LOAD", true)]);
    }

    [Fact]
    public async Task A_verdict_that_changes_nothing_of_the_VM_as_it_is_shown_may_change_it_as_it_is_stored()
    {
        await using var rig = await new WatchRig().WithVmsAsync(1);
        await rig.ChangeBehindAsync(1, vnfc => vnfc with { State = VmState.Error });

        await rig.TakeAsync("dmona1", WatchRig.Report(1, true));

        (await rig.VmAsync(1)).State.ShouldBe(VmState.Alive);
        (await rig.EventsAsync()).ShouldBe("VM_ALIVE SUCCESS");
    }

    [Fact]
    public async Task A_gap_comes_with_the_VM_as_it_is_assigned_now_whatever_else_the_report_says()
    {
        await using var rig = await new WatchRig().WithVmsAsync(2);
        var gap = TimeSpan.FromMilliseconds(7);

        await rig.TakeAsync(
            "dmona1",
            WatchRig.Report(1, true, isVerdict: false) with { Gap = gap },
            WatchRig.Report(2, true, epoch: 3) with { Gap = gap });

        var (vnfc, measured) = rig.Gaps.ShouldHaveSingleItem();
        vnfc.Id.Value.ShouldBe(WatchRig.Target(1).Value);
        measured.ShouldBe(gap);
    }

    [Fact]
    public async Task A_batch_of_many_VMs_is_told_apart()
    {
        await using var rig = await new WatchRig().WithVmsAsync(3);

        var fenced = await rig.TakeAsync(
            "dmona1", WatchRig.Report(1, false), WatchRig.Report(2, false, epoch: 3), WatchRig.Report(3, true));

        fenced.ShouldHaveSingleItem().Target.ShouldBe(WatchRig.Target(2));
        (await rig.VmsAsync()).Select(v => v.Vnfc.State).ShouldBe([VmState.Error, VmState.Alive, VmState.Alive]);
    }

    [Fact]
    public async Task A_VM_that_is_removed_while_its_verdict_is_stored_does_not_come_back()
    {
        await using var rig = await new WatchRig().WithVmsAsync(1);
        var rows = await rig.VmsAsync();
        await rig.Store.CommitAsync([VnfcTable.Delete(rows[0].Vnfc)], Token);

        await rig.TakeAsync("dmona1", WatchRig.Report(1, isAlive: false));
        rig.Assignments.Deleted(rows);
        rig.Assignments.Refreshed(rows);

        rig.Assignments.TryFind(WatchRig.Target(1), out _).ShouldBeFalse();
        rig.Assignments.CountOf("dmona1").ShouldBe(0);
        (await rig.EventsAsync()).ShouldBe("");
        (await rig.StoredLevelsAsync()).ShouldBeEmpty();
    }
}
