using Server.Tests.Agents;
using Server.Tests.Storage;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Monitoring.Rules;

namespace Server.Tests.Operations.MonitoringMigration;

/// <summary>A sleeper that woke before its migration went on: what it counted since goes with the set.</summary>
public sealed class SleeperTests
{
    // Opened, PROCESSING, validate, unset, update, set.
    private const int Unset = 4;
    private const int Update = 5;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Unset, false)]
    [InlineData(Unset, true)]
    [InlineData(Update, false)]
    [InlineData(Update, true)]
    public async Task A_manager_that_was_away_for_longer_than_the_hold_loses_no_count(int commit, bool reconnects)
    {
        var (old, @new) = (new FakeAgent("dmona1"), new FakeAgent("dmona2"));
        var directory = StoreRig.NewDirectory();
        try
        {
            await CrashTests.CrashAsync(directory, old, @new, commit, isDurable: true);
            await using var rig = new MigrationRig(directory: directory) { Old = old, New = @new };
            await rig.RestartedAsync();
            await WakeAsync(rig, falses: 5);
            if (reconnects)
            {
                await rig.ReconnectAsync("dmona1", old);
                await rig.ReconnectAsync("dmona2", @new);
            }

            var found = (await rig.Store.OccurrencesAsync(null, 10, Token)).ShouldHaveSingleItem();
            await rig.Recovery.ScanAsync(Token);
            var ended = await rig.RestedAsync(found.Id);

            ended.State.ShouldBe(LcmOperationState.Completed);
            (await rig.MonitorsAsync()).ShouldBe("dmona2 5 Set, dmona2 5 Set");
            @new.Sent.ShouldAllBe(set => set.Epoch.Value == 5 && set.Carried[0].State.Falses == 5);
            old.Watched.ShouldBeEmpty("it was told to stop at once");
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Theory, InlineData(5.5, 5), InlineData(4.5, 2)]
    public async Task An_update_that_is_late_has_a_sleeper_that_woke_asked_again(double late, int falses)
    {
        var gate = new Gate();
        await using var rig = new MigrationRig(gate: gate);
        await rig.WithVmsAsync(2);
        var opened = await HeldAtUpdateAsync(rig, gate);

        rig.Time.Advance(TimeSpan.FromSeconds(late));
        await WakeAsync(rig, falses: 5);
        gate.LetGo();
        await rig.RestedAsync(opened.Id);

        rig.New.Sent.Count.ShouldBe(2);
        rig.New.Sent.ShouldAllBe(set => set.Carried[0].State.Falses == falses);
        rig.Old.Asked.Count(asked => asked.StartsWith("unset", StringComparison.Ordinal))
            .ShouldBe(late > 5 ? 2 : 1);
    }

    [Fact]
    public async Task One_that_does_not_answer_then_is_taken_at_its_last_report()
    {
        var gate = new Gate();
        await using var rig = new MigrationRig(gate: gate);
        await rig.WithVmsAsync(1);
        var opened = await HeldAtUpdateAsync(rig, gate);

        rig.Time.Advance(TimeSpan.FromSeconds(6));
        var vm = (await rig.VmsAsync())[0];
        rig.Directory.Known("dmona1")!.Reports.TryKeep(
            [new MonitorReport(vm.Target, new AssignmentEpoch(4), false, [State(falses: 4)], null)]);
        rig.Old.IsLost = true;
        gate.LetGo();
        await rig.RestedAsync(opened.Id);

        rig.New.Sent.ShouldHaveSingleItem().Carried[0].State.Falses.ShouldBe(4);
    }

    [Fact]
    public async Task What_it_says_after_the_update_is_void_but_not_lost()
    {
        await using var rig = await new WatchRig().WithVmsAsync(1);
        var unset = await rig.Unsetting.UnsetAsync(await rig.VmsAsync(), isForGood: false, Token);
        await rig.Store.CommitAsync(rig.Unsetting.WritesOf(unset), Token);
        var stamped = await rig.Setting.StampAsync(await rig.VmsAsync(), "dmona2", null, Token);
        rig.Time.Advance(TimeSpan.FromSeconds(6));

        var report = WatchRig.Report(1, isAlive: false) with { Kpis = [State(falses: 3)] };
        (await rig.HearAsync("dmona1", report)).Length.ShouldBe(1);

        (await rig.EventsAsync()).ShouldBe("");
        rig.States.StateOf(stamped[0])[0].State.Falses.ShouldBe(3);
        (await rig.TakeAsync("dmona2", WatchRig.Report(1, true, epoch: 5))).ShouldBeEmpty();
        rig.States.StateOf(stamped[0])[0].State.Falses.ShouldBe(0, "it has counted on from there");
    }

    [Fact]
    public async Task What_was_on_its_way_when_it_handed_over_is_older_than_that()
    {
        await using var rig = await new WatchRig().WithVmsAsync(1);
        rig.One.Hold(WatchRig.Target(1), 4);
        var unset = await rig.Unsetting.UnsetAsync(await rig.VmsAsync(), isForGood: false, Token);
        await rig.Store.CommitAsync(rig.Unsetting.WritesOf(unset), Token);
        var stamped = await rig.Setting.StampAsync(await rig.VmsAsync(), "dmona2", null, Token);

        await rig.TakeAsync("dmona1", WatchRig.Report(1, true) with { Kpis = [State(falses: 1)] });

        rig.States.StateOf(stamped[0])[0].State.Falses.ShouldBe(2);
    }

    [Fact]
    public async Task What_it_says_last_is_the_latest_however_young_what_was_held_up_looks()
    {
        await using var rig = await new WatchRig().WithVmsAsync(1);
        rig.Time.Advance(TimeSpan.FromSeconds(2));

        // It came late, and looks as if probed just now; then the agent is asked to leave, and does not answer.
        rig.Directory.Known("dmona1")!.Reports.TryKeep([Told(falses: 1, sinceProbe: 0.4)]);
        rig.One.IsLost = true;
        var unset = await rig.Unsetting.UnsetAsync(await rig.VmsAsync(), isForGood: false, Token);
        await rig.Store.CommitAsync(rig.Unsetting.WritesOf(unset), Token);
        var stamped = await rig.Setting.StampAsync(await rig.VmsAsync(), "dmona2", null, Token);
        await rig.HearAsync("dmona1", Told(falses: 2, sinceProbe: 0.5), Told(falses: 3, sinceProbe: 0.4));

        rig.States.StateOf(stamped[0])[0].State.Falses.ShouldBe(3);
    }

    [Fact]
    public async Task What_came_last_counts_although_what_came_before_it_is_gated_later()
    {
        await using var rig = await new WatchRig().WithVmsAsync(1);
        rig.One.IsLost = true;
        var unset = await rig.Unsetting.UnsetAsync(await rig.VmsAsync(), isForGood: false, Token);
        await rig.Store.CommitAsync(rig.Unsetting.WritesOf(unset), Token);
        var stamped = await rig.Setting.StampAsync(await rig.VmsAsync(), "dmona2", null, Token);
        rig.Directory.Known("dmona1")!.Reports.TryKeep([Told(falses: 1, 0.4), Told(falses: 2, 0.4)]);

        rig.Directory.ForgetReports("dmona1", await rig.TakeAsync("dmona1", Told(falses: 1, 0.4)));

        rig.States.StateOf(stamped[0])[0].State.Falses.ShouldBe(2);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task What_an_agent_counts_whose_answer_to_a_set_never_came_goes_with_the_next_set(bool isLate)
    {
        await using var rig = await new WatchRig().WithVmsAsync(1);
        var unset = await rig.Unsetting.UnsetAsync(await rig.VmsAsync(), isForGood: false, Token);
        await rig.Store.CommitAsync(rig.Unsetting.WritesOf(unset), Token);
        await rig.Setting.StampAsync(await rig.VmsAsync(), "dmona2", null, Token);
        if (!isLate)
        {
            (await rig.HearAsync("dmona2", Told(falses: 2, 0.4, epoch: 5))).ShouldBeEmpty();
        }

        var again = await rig.Setting.StampAsync(await rig.VmsAsync(), "dmona2", null, Token);
        if (isLate)
        {
            (await rig.HearAsync("dmona2", Told(falses: 2, 0.4, epoch: 5))).Length.ShouldBe(1);
        }

        // What it held before is older, however lately it was asked.
        rig.Time.Advance(TimeSpan.FromSeconds(6));
        rig.One.State = [State(falses: 1)];
        rig.One.Hold(WatchRig.Target(1), 4);
        await rig.Unsetting.AskHoldersAsync(again, Token);

        rig.States.StateOf(again[0])[0].State.Falses.ShouldBe(2);
    }

    [Fact]
    public async Task An_agent_that_never_took_the_epoch_hands_over_what_is_older_than_what_is_known()
    {
        await using var rig = await new WatchRig().WithVmsAsync(1);
        rig.One.Hold(WatchRig.Target(1), 4);
        rig.One.State = [State(falses: 3)];
        var unset = await rig.Unsetting.UnsetAsync(await rig.VmsAsync(), isForGood: false, Token);
        await rig.Store.CommitAsync(rig.Unsetting.WritesOf(unset), Token);
        var moving = await rig.Setting.StampAsync(await rig.VmsAsync(), "dmona2", null, Token);

        // It refuses, or never hears of it; it slept on since it held the VM long ago, and is asked to leave again.
        rig.Two.Hold(WatchRig.Target(1), 2);
        rig.Two.State = [State(falses: 0)];
        var again = await rig.Unsetting.UnsetAsync(moving, isForGood: false, Token);
        await rig.Store.CommitAsync(rig.Unsetting.WritesOf(again), Token);
        var back = await rig.Setting.StampAsync(await rig.VmsAsync(), "dmona1", null, Token);

        rig.States.StateOf(back[0])[0].State.Falses.ShouldBe(3);
        (await rig.StoredLevelsAsync()).ShouldHaveSingleItem().Kpis[0].State.Falses.ShouldBe(3);
    }

    private static MonitorReport Told(int falses, double sinceProbe, long epoch = 4) =>
        WatchRig.Report(1, isAlive: true, epoch, isVerdict: false) with
        {
            Kpis = [State(falses) with { SinceLastProbe = TimeSpan.FromSeconds(sinceProbe) }],
        };

    private static CarriedKpi State(int falses) =>
        new("VM_ALIVE", new KpiState(true, 0, falses), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), 1);

    // The hold is over: the old agent goes on under the epoch that it had.
    private static async Task WakeAsync(MigrationRig rig, int falses)
    {
        rig.Old.State = [State(falses)];
        foreach (var vm in await rig.VmsAsync())
        {
            rig.Old.Hold(vm.Target, 4);
        }
    }

    private static async Task<VnfLcmOpOcc> HeldAtUpdateAsync(MigrationRig rig, Gate gate)
    {
        var before = gate.Groups.Count;
        var held = new TaskCompletionSource<Task>();
        gate.Before = number =>
        {
            if (number == before + Update)
            {
                held.SetResult(gate.Hold());
            }
        };
        var opened = await rig.OpenAsync("dmonaName://dmona2", "MONITORING_AGENT", unattended: false);
        await await held.Task;
        return opened;
    }
}
