using Server.Tests.Storage;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Server.Storage;

namespace Server.Tests.Agents;

/// <summary>What an agent is told and what is marked while an operation has its VMs in hand.</summary>
public sealed class HoldingComparisonTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(LcmOperationState.Processing, false, false)]
    [InlineData(LcmOperationState.Processing, true, false)]
    [InlineData(LcmOperationState.RollingBack, true, false)]
    [InlineData(LcmOperationState.FailedTemp, false, true)]
    [InlineData(LcmOperationState.FailedTemp, true, true)]
    public async Task The_sleeper_of_a_migration_at_work_is_left_to_it(object state, bool woke, bool isSettled)
    {
        await using var rig = await AsleepAsync((LcmOperationState)state);

        var difference = await rig.Events.ConnectedAsync("dmona1", [WatchRig.Held(1, isWatched: woke)], Token);
        await rig.Marks.WriteAsync(_ => false, Token);

        difference.Unset.ShouldBeEmpty();
        difference.Set.Length.ShouldBe(isSettled && !woke ? 1 : 0);
        (await rig.MonitorsAsync()).ShouldBe(isSettled && woke ? "dmona1 4 Set" : "dmona1 4 Unwatched");
    }

    [Fact]
    public async Task A_sleeper_that_refuses_a_set_of_a_difference_is_not_marked_as_failed()
    {
        await using var rig = await AsleepAsync(LcmOperationState.Processing);

        await rig.Events.SetEndedAsync(
            "dmona1", [new SetOutcome(WatchRig.Target(1), new AssignmentEpoch(4), "epoch 4 was left already")], Token);
        await rig.Events.SetEndedAsync(
            "dmona1", [new SetOutcome(WatchRig.Target(1), new AssignmentEpoch(4), null)], Token);

        (await rig.MonitorsAsync()).ShouldBe("dmona1 4 Unwatched");
    }

    [Fact]
    public async Task A_VM_that_the_migration_has_not_touched_yet_is_set_on_an_agent_that_lost_it()
    {
        await using var rig = await new WatchRig().WithVmsAsync(1);
        await OpenAsync(rig, LcmOperationState.Processing);

        var difference = await rig.Events.ConnectedAsync("dmona1", [], Token);

        difference.Set.ShouldHaveSingleItem().Epoch.Value.ShouldBe(4);
    }

    [Fact]
    public async Task The_difference_waits_for_no_commit()
    {
        var gate = new Gate();
        await using var rig = await new WatchRig(gate).WithVmsAsync(
            2, vnfc => vnfc with { Monitor = MonitorState.Unwatched });
        var held = gate.Hold();
        var blocked = rig.Store.CommitAsync([InstanceTable.Insert(Samples.Instance(2))], Token);
        await held;

        var difference = await rig.Events.ConnectedAsync("dmona1", [WatchRig.Held(1)], Token);

        difference.Set.ShouldHaveSingleItem().Target.ShouldBe(WatchRig.Target(2));
        gate.LetGo();
        await blocked;
        await rig.Marks.WriteAsync(_ => false, Token);
        (await rig.MonitorsAsync()).ShouldBe("dmona1 4 Set, dmona1 4 Unwatched");
    }

    [Fact]
    public async Task A_last_holder_that_woke_keeps_what_it_counted_until_it_is_asked()
    {
        await using var rig = await AsleepAsync(LcmOperationState.Processing);
        await rig.Setting.StampAsync(await rig.VmsAsync(), "dmona2", null, Token);

        (await rig.Events.ConnectedAsync("dmona1", [WatchRig.Held(1)], Token)).Unset.ShouldBeEmpty();
        (await rig.Events.ConnectedAsync("dmona1", [WatchRig.Held(1, epoch: 3)], Token)).Unset.Length.ShouldBe(1);

        await rig.Marks.MarkAsync(
            new TargetEpoch(WatchRig.Target(1), new AssignmentEpoch(5)), MonitorState.Set, [], Token);
        (await rig.Events.ConnectedAsync("dmona1", [WatchRig.Held(1)], Token)).Unset.Length.ShouldBe(1);
    }

    [Fact]
    public async Task A_mark_that_was_overtaken_by_an_unset_is_dropped()
    {
        await using var rig = await new WatchRig().WithVmsAsync(
            1, vnfc => vnfc with { Monitor = MonitorState.Unwatched });
        await rig.Events.ConnectedAsync("dmona1", [WatchRig.Held(1)], Token);
        await rig.ChangeBehindAsync(1, vnfc => vnfc.Marked(MonitorState.Unwatched));
        rig.Assignments.Stored(await rig.VmsAsync());

        await rig.Marks.WriteAsync(_ => false, Token);

        (await rig.MonitorsAsync()).ShouldBe("dmona1 4 Unwatched");
    }

    [Fact]
    public async Task A_report_is_known_under_its_epoch_only_and_only_as_long_as_the_VM_is_the_agents()
    {
        await using var rig = await new WatchRig().WithVmsAsync(3);
        var reports = rig.Directory.Known("dmona1")!.Reports;
        reports.TryKeep([WatchRig.Report(1, true), WatchRig.Report(2, true), WatchRig.Report(3, true)]);
        await MoveAsync(rig, 2, MonitorState.Set);
        await MoveAsync(rig, 3, MonitorState.Unwatched);

        rig.Directory.LastReported("dmona1", Known(1, 5)).ShouldBeEmpty();
        await rig.Events.ConnectedAsync("dmona1", [WatchRig.Held(1)], Token);

        rig.Directory.LastReported("dmona1", Known(1)).ShouldNotBeEmpty();
        rig.Directory.LastReported("dmona1", Known(2)).ShouldBeEmpty();
        rig.Directory.LastReported("dmona1", Known(3)).ShouldNotBeEmpty("it is its last holder");
    }

    private static TargetEpoch Known(int vm, long epoch = 4) => new(WatchRig.Target(vm), new AssignmentEpoch(epoch));

    private static async Task MoveAsync(WatchRig rig, int vm, MonitorState monitor)
    {
        await rig.ChangeBehindAsync(vm, vnfc => vnfc.Assigned("dmona2", null).Marked(monitor));
        rig.Assignments.Stored(await rig.VmsAsync());
    }

    private static async Task<WatchRig> AsleepAsync(LcmOperationState state)
    {
        var rig = await new WatchRig().WithVmsAsync(1);
        await OpenAsync(rig, state);
        await rig.ChangeBehindAsync(1, vnfc => vnfc.Marked(MonitorState.Unwatched));
        rig.Assignments.Stored(await rig.VmsAsync());
        return rig;
    }

    private static Task OpenAsync(WatchRig rig, LcmOperationState state) => rig.Store.CommitAsync(
        [OccurrenceTable.Insert(Samples.Operation(7, 1) with { State = state })], Token);
}
