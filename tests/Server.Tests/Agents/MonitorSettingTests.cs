using Server.Tests.Operations;
using Server.Tests.Storage;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Monitoring.Rules;
using Watchkeeper.Server.Agents;
using Watchkeeper.Server.Storage;

namespace Server.Tests.Agents;

/// <summary>Setting and unsetting monitors: batches, time-outs, lost agents, and the state that travels.</summary>
public sealed class MonitorSettingTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_epoch_is_stored_before_anything_is_sent()
    {
        await using var rig = await new WatchRig().WithVmsAsync(2);

        var stamped = await rig.Setting.StampAsync(await rig.VmsAsync(), "dmona2", Samples.Id(7), Token);

        (await rig.MonitorsAsync()).ShouldBe("dmona2 5 Unwatched, dmona2 5 Unwatched");
        stamped.Select(vm => vm.Vnfc).ShouldBe((await rig.VmsAsync()).Select(vm => vm.Vnfc));
        rig.Two.Asked.ShouldBeEmpty();
        rig.Assignments.CountOf("dmona2").ShouldBe(2);
    }

    [Fact]
    public async Task A_row_that_changed_meanwhile_stamps_none()
    {
        await using var rig = await new WatchRig().WithVmsAsync(2);
        var read = await rig.VmsAsync();
        await rig.ChangeBehindAsync(2, vnfc => vnfc with { State = VmState.Error });

        await Should.ThrowAsync<StoreConflictException>(rig.Setting.StampAsync(read, "dmona2", null, Token));

        (await rig.MonitorsAsync()).ShouldBe("dmona1 4 Set, dmona1 4 Set");
        rig.Assignments.CountOf("dmona2").ShouldBe(0);
    }

    [Fact]
    public async Task A_batch_stops_at_the_first_refusal_and_the_rest_is_skipped()
    {
        await using var rig = await new WatchRig().WithVmsAsync(4);
        rig.One.SetsBeforeRefusal = 1;

        var results = await rig.Setting.SendAsync(await rig.VmsAsync(), "dmona1", Token);

        results.Select(Told).ShouldBe(["Set", "SetFailed: dmona1 refuses", "skipped", "skipped"]);
    }

    [Fact]
    public async Task An_agent_that_is_lost_fails_the_first_and_nothing_else_is_known()
    {
        await using var rig = await new WatchRig().WithVmsAsync(2);
        rig.One.IsLost = true;

        (await rig.Setting.SendAsync(await rig.VmsAsync(), "dmona1", Token))
            .Select(Told).ShouldBe(["SetFailed: dmona1 is lost", "skipped"]);

        rig.Join("dmona1", rig.One, AgentState.Offline);
        (await rig.Setting.SendAsync(await rig.VmsAsync(), "dmona1", Token))
            .Select(Told).ShouldBe(["SetFailed: Agent dmona1 is not online.", "skipped"]);
    }

    [Fact]
    public async Task An_answer_that_leaves_VMs_out_without_a_refusal_is_no_success()
    {
        await using var rig = await new WatchRig().WithVmsAsync(3);
        rig.Directory.Change("dmona1", known => known with { Way = new Terse(rig.One) });

        var results = await rig.Setting.SendAsync(await rig.VmsAsync(), "dmona1", Token);

        results.Select(Told).ShouldBe(["Set", "SetFailed: not answered", "skipped"]);
    }

    [Fact]
    public async Task An_answer_is_waited_for_as_long_as_is_set()
    {
        await using var rig = await new WatchRig().WithVmsAsync(1);
        rig.One.Hangs = new TaskCompletionSource();
        var vms = await rig.VmsAsync();

        var setting = rig.Setting.SendAsync(vms, "dmona1", Token);
        await rig.One.Hangs.Task;
        rig.Time.Advance(TimeSpan.FromSeconds(4.999));
        setting.IsCompleted.ShouldBeFalse();
        rig.Time.Advance(TimeSpan.FromMilliseconds(1));
        (await setting).Select(Told).ShouldBe(["SetFailed: no answer within 5 s"]);

        rig.One.Hangs = new TaskCompletionSource();
        var unsetting = rig.Unsetting.UnsetAsync(vms, isForGood: false, Token);
        await rig.One.Hangs.Task;
        rig.Time.Advance(TimeSpan.FromSeconds(1.999));
        unsetting.IsCompleted.ShouldBeFalse();
        rig.Time.Advance(TimeSpan.FromMilliseconds(1));
        (await unsetting).ShouldHaveSingleItem().Refusal.ShouldBe("no answer within 2 s");
    }

    [Fact]
    public async Task A_manager_that_stops_is_no_failure_of_the_agent()
    {
        await using var rig = await new WatchRig().WithVmsAsync(1);
        rig.One.Hangs = new TaskCompletionSource();
        using var stop = new CancellationTokenSource();

        var setting = rig.Setting.SendAsync(await rig.VmsAsync(), "dmona1", stop.Token);
        await stop.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(setting);
    }

    [Fact]
    public async Task Each_agent_gets_one_batch_and_one_that_is_lost_is_a_result()
    {
        await using var rig = await new WatchRig().WithVmsAsync(4);
        await rig.ChangeBehindAsync(2, vnfc => vnfc with { Agent = "dmona2" });
        await rig.ChangeBehindAsync(3, vnfc => vnfc with { Agent = null, Monitor = MonitorState.Unwatched });
        rig.Two.IsLost = true;

        var results = await rig.Unsetting.UnsetAsync(await rig.VmsAsync(), isForGood: true, Token);

        rig.One.Asked.ShouldBe(["unset 2"]);
        rig.Two.Asked.ShouldBe(["unset 1"]);
        results.OrderBy(result => result.Vnfc.Vnfc.Id.ToString()).Select(result => result.Refusal)
            .ShouldBe([null, "dmona2 is lost", null, null]);
        results.ShouldAllBe(result => result.Vnfc.Vnfc.Monitor == MonitorState.Unwatched);
    }

    [Fact]
    public async Task The_state_is_the_one_handed_over_moved_on_and_forgotten_once_its_new_agent_reports()
    {
        await using var rig = await new WatchRig().WithVmsAsync(1);
        rig.One.Hold(WatchRig.Target(1), 4);
        rig.Directory.Known("dmona1")!.Reports.TryKeep([WatchRig.Report(1, true)]);
        rig.Levels.Stored(new StoredLevel(WatchRig.Target(1), new AssignmentEpoch(4), [], Samples.Noon));

        await UnsetAsync(rig);
        var moving = await rig.Setting.StampAsync(await rig.VmsAsync(), "dmona2", null, Token);
        rig.Time.Advance(TimeSpan.FromSeconds(5));
        rig.Two.SetsBeforeRefusal = 0;
        rig.Two.Refusals = 1;
        await rig.Setting.SendAsync(moving, "dmona2", Token);
        var taken = await rig.Setting.SendAsync(moving, "dmona2", Token);
        rig.Carried.Find(WatchRig.Target(1)).Kpis.ShouldNotBeEmpty("it is not stored yet");
        await rig.Store.CommitAsync(rig.Setting.WritesOf(taken), Token);
        rig.Setting.Stored(taken);
        rig.Carried.Find(WatchRig.Target(1)).Kpis.ShouldNotBeEmpty("its agent may be lost before it reports");
        await rig.TakeAsync("dmona2", WatchRig.Report(1, true, epoch: 5));

        rig.Two.Sent.Count.ShouldBe(2);
        foreach (var sent in rig.Two.Sent)
        {
            var carried = sent.Carried.ShouldHaveSingleItem();
            (carried.State.Against, carried.SinceLastProbe, carried.UntilDue)
                .ShouldBe((2, TimeSpan.FromSeconds(6), TimeSpan.FromSeconds(-3)));
        }

        rig.Carried.Find(WatchRig.Target(1)).Kpis.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_state_of_an_agent_that_does_not_answer_is_its_last_report()
    {
        await using var rig = await new WatchRig().WithVmsAsync(1);
        var report = WatchRig.Report(1, true) with { Kpis = [WatchRig.Kpi("VM_ALIVE", true, against: 1)] };
        rig.Directory.Known("dmona1")!.Reports.TryKeep([report]);
        rig.Time.Advance(TimeSpan.FromSeconds(2));
        rig.One.IsLost = true;

        var unset = await rig.Unsetting.UnsetAsync(await rig.VmsAsync(), isForGood: false, Token);
        await rig.Store.CommitAsync(rig.Unsetting.WritesOf(unset), Token);
        rig.Time.Advance(TimeSpan.FromSeconds(1));
        await rig.Setting.SendAsync(await rig.VmsAsync(), "dmona2", Token);

        var carried = rig.Two.Sent.ShouldHaveSingleItem().Carried.ShouldHaveSingleItem();
        (carried.State.Against, carried.SinceLastProbe).ShouldBe((1, TimeSpan.FromSeconds(4)));
        var level = (await rig.StoredLevelsAsync()).ShouldHaveSingleItem();
        level.Kpis.ShouldHaveSingleItem().SinceLastProbe.ShouldBe(TimeSpan.FromSeconds(3));
    }

    [Fact]
    public async Task An_agent_that_lost_its_file_is_given_its_own_last_report()
    {
        await using var rig = await new WatchRig().WithVmsAsync(1);
        rig.Levels.Stored(new StoredLevel(
            WatchRig.Target(1), new AssignmentEpoch(4), [WatchRig.Kpi("VM_ALIVE", true)], Samples.Noon));
        var report = WatchRig.Report(1, true) with { Kpis = [WatchRig.Kpi("VM_ALIVE", true, against: 2)] };
        rig.Directory.Known("dmona1")!.Reports.TryKeep([report]);

        var difference = await rig.Events.ConnectedAsync("dmona1", [], Token);

        difference.Set.ShouldHaveSingleItem().Carried.ShouldHaveSingleItem().State.Against.ShouldBe(2);
    }

    [Theory]
    [InlineData(VmState.Alive, 1.9, 0, 3, false, 3)]
    [InlineData(VmState.Alive, 2.1, 0, 3, null, 3)]
    [InlineData(VmState.Alive, 2.1, 1, 0, null, 2)]
    [InlineData(VmState.Error, 2.1, 0, 3, false, 3)]
    public async Task A_failure_that_nobody_was_told_of_is_open_once_a_probe_is_overdue(
        VmState state, double seconds, int trues, int falses, bool? isAlive, int silences)
    {
        await using var rig = await new WatchRig().WithVmsAsync(1, vnfc => vnfc with { State = state });
        var down = WatchRig.Kpi("VM_ALIVE", false) with { State = new KpiState(false, trues, falses) };
        rig.Directory.Known("dmona1")!.Reports.TryKeep([WatchRig.Report(1, false) with { Kpis = [down] }]);
        rig.Time.Advance(TimeSpan.FromSeconds(seconds));

        await rig.Setting.SendAsync(await rig.VmsAsync(), "dmona2", Token);

        var carried = rig.Two.Sent.ShouldHaveSingleItem().Carried.ShouldHaveSingleItem();
        carried.State.ShouldBe(new KpiState(isAlive, trues, silences));
    }

    [Theory, InlineData(90, 90), InlineData(-90, 0)]
    public async Task After_a_restart_the_state_is_the_stored_level_aged_by_the_wall_clock(int past, int age)
    {
        await using var rig = await new WatchRig().WithVmsAsync(1);
        rig.Levels.Stored(new StoredLevel(
            WatchRig.Target(1), new AssignmentEpoch(4), [WatchRig.Kpi("VM_ALIVE", true, against: 2)],
            Samples.Noon - TimeSpan.FromSeconds(past)));

        await rig.Setting.SendAsync(await rig.VmsAsync(), "dmona2", Token);

        var carried = rig.Two.Sent.ShouldHaveSingleItem().Carried.ShouldHaveSingleItem();
        (carried.State.Against, carried.SinceLastProbe).ShouldBe((2, TimeSpan.FromSeconds(age + 1)));
    }

    private static async Task UnsetAsync(WatchRig rig)
    {
        var unset = await rig.Unsetting.UnsetAsync(await rig.VmsAsync(), isForGood: false, Token);
        await rig.Store.CommitAsync(rig.Unsetting.WritesOf(unset), Token);
        rig.Assignments.Stored(await rig.VmsAsync());
    }

    private static string Told(SetResult result) =>
        result.IsSkipped ? "skipped"
        : result.Refusal is null ? result.Vnfc.Vnfc.Monitor.ToString()
        : $"{result.Vnfc.Vnfc.Monitor}: {result.Refusal}";

    /// <summary>Answers for the first VM only, without a word on the others.</summary>
    private sealed class Terse(FakeAgent agent) : IMonitoringAgent
    {
        public async Task<ImmutableArray<SetOutcome>> SetAsync(
            ImmutableArray<Assignment> assignments, CancellationToken cancellationToken) =>
            await agent.SetAsync([assignments[0]], cancellationToken);

        public Task<ImmutableArray<UnsetOutcome>> UnsetAsync(
            ImmutableArray<TargetEpoch> targets, TimeSpan hold, CancellationToken cancellationToken) =>
            agent.UnsetAsync(targets, hold, cancellationToken);

        public void Release(ImmutableArray<TargetEpoch> targets) => agent.Release(targets);

        public Task<ImmutableArray<LookOutcome>> LookAsync(
            ImmutableArray<LookRequest> targets, CancellationToken cancellationToken) =>
            agent.LookAsync(targets, cancellationToken);
    }
}
