using Server.Tests.Storage;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Server.Agents;
using Watchkeeper.Server.Storage;

namespace Server.Tests.Agents.Reconciling;

/// <summary>VMs without a monitor get theirs, on the agent that the stored deployment names.</summary>
public sealed class ReconcilerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, InlineData(MonitorState.SetFailed), InlineData(MonitorState.Unwatched)]
    public async Task A_VM_without_a_monitor_is_set_anew_under_a_new_epoch(object monitor)
    {
        await using var rig = await new WatchRig().WithVmsAsync(
            2, vnfc => vnfc with { Monitor = (MonitorState)monitor });

        await rig.Reconciler.RoundAsync(Token);
        rig.One.Sent.ShouldBeEmpty("whoever moves it mostly settles it");
        await RoundAsync(rig, seconds: 1);

        rig.One.Sent.Select(set => set.Epoch.Value).ShouldBe([5, 5]);
        (await rig.MonitorsAsync()).ShouldBe("dmona1 5 Set, dmona1 5 Set");
        (await rig.EventsAsync()).ShouldBe("VM_SET_MONITOR_STATUS SUCCESS, VM_SET_MONITOR_STATUS SUCCESS");
        rig.Followed.Select(vnfc => vnfc.Monitor).ShouldBe([MonitorState.Set, MonitorState.Set]);
        rig.Assignments.Unsettled().ShouldBeEmpty();
        await RoundAsync(rig, seconds: 60);
        rig.One.Sent.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Whoever_watched_last_and_sleeps_is_told_that_it_need_not_wake()
    {
        await using var rig = await new WatchRig().WithVmsAsync(
            1, vnfc => vnfc with { Monitor = MonitorState.Unwatched, HeldBy = "dmona2", HeldEpoch = 3 });

        await rig.Reconciler.RoundAsync(Token);
        rig.Two.Released.ShouldBeEmpty();
        await RoundAsync(rig, seconds: 1);

        (await rig.MonitorsAsync()).ShouldBe("dmona1 5 Set");
        rig.Two.Released.ShouldBe([new TargetEpoch(WatchRig.Target(1), new AssignmentEpoch(3))]);
    }

    [Fact]
    public async Task The_epoch_is_stored_before_it_is_sent()
    {
        var gate = new Gate();
        await using var rig = await LostAsync(new WatchRig(gate), 1);
        await rig.Reconciler.RoundAsync(Token);
        rig.Time.Advance(TimeSpan.FromSeconds(1));
        var held = gate.Hold();

        var round = rig.Reconciler.RoundAsync(Token);
        await held;
        rig.One.Sent.ShouldBeEmpty();
        gate.LetGo();
        await round;

        rig.One.Sent.ShouldHaveSingleItem().Epoch.Value.ShouldBe(5);
    }

    [Theory]
    [InlineData(LcmOperationState.Starting, 0)]
    [InlineData(LcmOperationState.Processing, 0)]
    [InlineData(LcmOperationState.RollingBack, 0)]
    [InlineData(LcmOperationState.FailedTemp, 1)]
    public async Task An_operation_at_work_keeps_its_VMs_and_one_in_FAILED_TEMP_does_not(object state, int sets)
    {
        await using var rig = await LostAsync(new WatchRig(), 1);
        await rig.Store.CommitAsync(
            [OccurrenceTable.Insert(Samples.Operation(7, 1) with { State = (LcmOperationState)state })], Token);

        await rig.Reconciler.RoundAsync(Token);
        await RoundAsync(rig, seconds: 20);

        rig.One.Sent.Count.ShouldBe(sets);
    }

    [Theory]
    [InlineData("allocate make-vms", 0)]
    [InlineData("allocate make-vms set-monitor", 1)]
    public async Task An_instantiation_that_only_waits_until_its_VMs_are_alive_holds_up_no_watch(string done, int sets)
    {
        await using var rig = await LostAsync(new WatchRig(), 1);
        var open = Samples.Operation(7, 1) with { Operation = LcmOperationType.Instantiate };
        open = done.Split(' ').Aggregate(
            open.Moved(LcmTrigger.Admitted, null, Samples.Noon),
            (sofar, step) => sofar.Ended(new StepName(step), new StepOutcome.Done(), Samples.Noon));
        await rig.Store.CommitAsync([OccurrenceTable.Insert(open)], Token);

        await rig.Reconciler.RoundAsync(Token);
        await RoundAsync(rig, seconds: 20);

        rig.One.Sent.Count.ShouldBe(sets);
        (await rig.Store.FindOpenOccurrenceAsync(open.VnfInstanceId, Token))!.Version.ShouldBe(
            open.Version, "it goes on as if nothing were");
    }

    [Fact]
    public async Task An_operation_that_is_opened_between_look_and_commit_keeps_them_too()
    {
        var gate = new Gate();
        await using var rig = await LostAsync(new WatchRig(gate), 1);
        await rig.Reconciler.RoundAsync(Token);
        rig.Time.Advance(TimeSpan.FromSeconds(1));
        var held = gate.Hold();
        var opening = rig.Store.CommitAsync([OccurrenceTable.Insert(Samples.Operation(7, 1))], Token);
        await held;

        var round = rig.Reconciler.RoundAsync(Token);
        gate.LetGo();
        await Task.WhenAll(opening, round);

        rig.One.Sent.ShouldBeEmpty();
        (await rig.MonitorsAsync()).ShouldBe("dmona1 4 Unwatched");
    }

    [Theory]
    [InlineData(MonitorState.Unset, VmState.MonitorUnset)]
    [InlineData(MonitorState.Unset, VmState.Alive)]
    [InlineData(MonitorState.Unwatched, VmState.Undeploying)]
    [InlineData(MonitorState.Unwatched, VmState.Deploying)]
    public async Task What_nobody_is_to_watch_is_never_set(object monitor, object state)
    {
        await using var rig = await new WatchRig().WithVmsAsync(
            1, vnfc => vnfc with { Monitor = (MonitorState)monitor, State = (VmState)state });

        await rig.Reconciler.RoundAsync(Token);
        await RoundAsync(rig, seconds: 60);

        rig.One.Sent.ShouldBeEmpty();
        (await rig.VmAsync(1)).Epoch.ShouldBe(4);
    }

    [Fact]
    public async Task A_refusal_is_tried_again_ever_more_rarely_told_once_and_holds_up_no_other_VM()
    {
        await using var rig = await LostAsync(new WatchRig(), 3);
        (rig.One.SetsBeforeRefusal, rig.One.Refusals) = (1, 1);
        await rig.Reconciler.RoundAsync(Token);
        await RoundAsync(rig, seconds: 1);

        (await rig.MonitorsAsync()).Split(", ").Order()
            .ShouldBe(["dmona1 5 Set", "dmona1 5 Set", "dmona1 5 SetFailed"]);
        (rig.One.SetsBeforeRefusal, rig.One.Refusals) = (0, int.MaxValue);
        var tries = new List<int>();
        for (var second = 0; second < 9; second++)
        {
            var before = rig.One.Sent.Count;
            await RoundAsync(rig, seconds: 1);
            tries.Add(rig.One.Sent.Count - before);
        }

        tries.Sum().ShouldBeInRange(2, 4);
        (await rig.EventsAsync()).Split(", ").Count(told => told.EndsWith("FAILURE", StringComparison.Ordinal))
            .ShouldBe(1);
        (rig.One.SetsBeforeRefusal, rig.One.Refusals) = (null, 0);
        await RoundAsync(rig, seconds: 40);
        await RoundAsync(rig, seconds: 1);
        rig.Assignments.Unsettled().ShouldBeEmpty("it had a guard for a while, and is at home again");
    }

    [Fact]
    public async Task What_the_last_holder_counted_goes_with_the_set()
    {
        await using var rig = await new WatchRig().WithVmsAsync(1);
        await rig.ChangeBehindAsync(1, vnfc => vnfc.Assigned("dmona2", null).Marked(MonitorState.SetFailed));
        rig.Assignments.Stored(await rig.VmsAsync());
        rig.One.Hold(WatchRig.Target(1), 4);

        await rig.Reconciler.RoundAsync(Token);
        await RoundAsync(rig, seconds: 1);

        rig.One.Asked.ShouldBe(["unset 1", "set 1"]);
        var sent = rig.One.Sent.ShouldHaveSingleItem();
        (sent.Epoch.Value, sent.Carried[0].State.Falses).ShouldBe((6L, 2));
    }

    [Fact]
    public async Task An_agent_that_is_back_gets_its_VMs_with_the_next_round()
    {
        await using var rig = await LostAsync(new WatchRig(), 2);
        (rig.One.SetsBeforeRefusal, rig.One.Refusals) = (0, int.MaxValue);
        await rig.Reconciler.RoundAsync(Token);
        foreach (var seconds in (double[])[1, 2, 4])
        {
            await RoundAsync(rig, seconds);
        }

        rig.Join("dmona1", rig.One, AgentState.Offline);
        await RoundAsync(rig, seconds: 0.5);
        rig.One.Sent.Clear();

        (rig.One.SetsBeforeRefusal, rig.One.Refusals) = (null, 0);
        rig.Join("dmona1", rig.One);
        await RoundAsync(rig, seconds: 0.5);

        rig.One.Sent.Count.ShouldBe(2, "what it refused before it was lost is no reason to wait");
    }

    [Fact]
    public async Task Ten_thousand_are_settled_in_bounded_rounds_each_once()
    {
        await using var rig = await LostAsync(new WatchRig(), 10_000);
        rig.Directory.Change("dmona1", agent => agent with { Row = agent.Row with { Capacity = 20_000 } });
        await rig.Reconciler.RoundAsync(Token);
        rig.Time.Advance(TimeSpan.FromSeconds(1));

        var rounds = 0;
        while (!rig.Assignments.Unsettled().IsEmpty && rounds < 30)
        {
            var before = rig.One.Sent.Count;
            await rig.Reconciler.RoundAsync(Token);
            (rig.One.Sent.Count - before).ShouldBeLessThanOrEqualTo(500);
            rounds++;
        }

        rounds.ShouldBe(20);
        rig.One.Sent.Count.ShouldBe(10_000);
        rig.One.Sent.Select(set => set.Target).Distinct().Count().ShouldBe(10_000);
    }

    internal static async Task RoundAsync(WatchRig rig, double seconds)
    {
        rig.Time.Advance(TimeSpan.FromSeconds(seconds));
        await rig.Reconciler.RoundAsync(Token);
    }

    internal static Task<WatchRig> LostAsync(WatchRig rig, int vms) =>
        rig.WithVmsAsync(vms, vnfc => vnfc.Marked(MonitorState.Unwatched));
}
