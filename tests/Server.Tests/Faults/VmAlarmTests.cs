using Server.Tests.Agents;
using Server.Tests.Agents.Reconciling;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Server.Agents;
using Watchkeeper.Server.Agents.Reconciling;
using Watchkeeper.Server.Faults;
using Watchkeeper.Server.Storage;

namespace Server.Tests.Faults;

/// <summary>
/// The alarms of VMs, on the real watch: raised and cleared with the marks and verdicts that cause it.
/// </summary>
public sealed class VmAlarmTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_VM_found_down_is_one_alarm_however_often_it_is_reported_and_cleared_when_it_answers()
    {
        await using var rig = await new WatchRig().WithVmsAsync(2);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => rig.TakeAsync("dmona1", WatchRig.Report(1, false))));
        await rig.TakeAsync("dmona2", WatchRig.Report(2, false));

        var alarm = (await rig.Store.OpenAlarmsAsync("VM_DOWN", Token)).ShouldHaveSingleItem();
        alarm.Subject.ShouldBe(WatchRig.Target(1).ToString());
        alarm.Details.ShouldBe(["dmona1 finds that 127.64.0.1 does not answer"]);
        alarm.Instance!.VnfdId.ShouldBe("vnfd-web");
        await rig.TakeAsync("dmona1", WatchRig.Report(1, true));
        await rig.TakeAsync("dmona1", WatchRig.Report(1, true));

        (await rig.Store.AlarmsAsync()).ShouldBe("VM_DOWN");
        (await rig.Store.ToldAlarmsAsync()).ShouldBe("VM_DOWN +, VM_DOWN -");
        await rig.TakeAsync("dmona1", WatchRig.Report(1, false));
        (await rig.Store.AlarmsAsync()).ShouldBe("VM_DOWN, VM_DOWN!");
    }

    [Fact]
    public async Task A_VM_whose_agent_is_lost_is_no_alarm_before_it_gets_a_guard_and_until_it_is_home()
    {
        await using var rig = await LostAsync();
        var watch = Watch(rig);
        await ReconcilerTests.RoundAsync(rig, seconds: 9.9);
        await watch.LookAsync(Token);
        (await rig.Store.AlarmsAsync()).ShouldBe("");

        await ReconcilerTests.RoundAsync(rig, seconds: 0.1);
        await watch.LookAsync(Token);
        await watch.LookAsync(Token);

        (await rig.MonitorsAsync()).ShouldBe("dmona2 5 Set");
        var alarm = (await rig.Store.OpenAlarmsAsync("VM_UNWATCHED", Token)).ShouldHaveSingleItem();
        alarm.Details.ShouldBe(["dmona1 does not watch 127.64.0.1; dmona2 guards it meanwhile"]);
        alarm.Agent.ShouldBe("dmona1");
        (alarm.RaisedAt - alarm.EventTime).ShouldBe(
            TimeSpan.FromSeconds(10), "it began with the loss, whoever raises it");
        (await rig.Store.ToldAlarmsAsync()).ShouldBe("VM_UNWATCHED +");
        rig.Join("dmona1", rig.One);
        await ReconcilerTests.RoundAsync(rig, seconds: 1);
        await watch.LookAsync(Token);
        (await rig.MonitorsAsync()).ShouldBe("dmona1 6 Set");
        (await rig.Store.AlarmsAsync()).ShouldBe("VM_UNWATCHED");
        (await rig.Store.ToldAlarmsAsync()).ShouldBe("VM_UNWATCHED +, VM_UNWATCHED -");
    }

    [Fact]
    public async Task A_VM_that_nobody_guards_is_one_after_the_same_time_and_a_restart_keeps_it_one()
    {
        await using var rig = await LostAsync();
        var watch = Watch(rig);
        await watch.LookAsync(Token);
        rig.Time.Advance(TimeSpan.FromSeconds(9.9));
        await watch.LookAsync(Token);
        (await rig.Store.AlarmsAsync()).ShouldBe("");

        rig.Time.Advance(TimeSpan.FromSeconds(0.1));
        await watch.LookAsync(Token);

        var alarm = (await rig.Store.OpenAlarmsAsync("VM_UNWATCHED", Token)).ShouldHaveSingleItem();
        (alarm.RaisedAt - alarm.EventTime).ShouldBe(TimeSpan.FromSeconds(10));
        rig.Unwatched.SinceOf(WatchRig.Target(1)).ShouldBe(alarm.EventTime);
        var times = new UnwatchedTimes(rig.Time);
        var restarted = Watch(rig, times);
        await restarted.LookAsync(Token);
        rig.Time.Advance(TimeSpan.FromSeconds(20));
        await restarted.LookAsync(Token);
        (await rig.Store.AlarmsAsync()).ShouldBe("VM_UNWATCHED!");
        (await rig.Store.ToldAlarmsAsync()).ShouldBe("VM_UNWATCHED +");
        await rig.Events.ConnectedAsync("dmona1", [WatchRig.Held(1)], Token);
        await rig.Marks.WriteAsync(_ => false, Token);
        (await rig.Store.AlarmsAsync()).ShouldBe("VM_UNWATCHED");
        await restarted.LookAsync(Token);
        times.SinceOf(WatchRig.Target(1)).ShouldBeNull();
    }

    [Fact]
    public async Task An_alarm_never_comes_after_the_mark_that_ends_it()
    {
        await using var rig = await LostAsync();
        var watch = Watch(rig);
        await watch.LookAsync(Token);
        rig.Time.Advance(TimeSpan.FromSeconds(10));
        await rig.ChangeBehindAsync(1, vnfc => vnfc.Marked(MonitorState.Set));

        await watch.LookAsync(Token);

        (await rig.Store.AlarmsAsync()).ShouldBe("");
    }

    [Fact]
    public async Task A_refused_set_is_one_at_once_and_cleared_with_the_set_that_succeeds()
    {
        await using var rig = await new WatchRig().WithVmsAsync(
            1, vnfc => vnfc with { Monitor = MonitorState.Unwatched });
        rig.One.SetsBeforeRefusal = 0;
        await ReconcilerTests.RoundAsync(rig, seconds: 0);
        await ReconcilerTests.RoundAsync(rig, seconds: 1);
        (await rig.MonitorsAsync()).ShouldBe("dmona1 5 SetFailed");
        (await rig.Store.AlarmsAsync()).ShouldBe("VM_UNWATCHED!");

        rig.One.SetsBeforeRefusal = null;
        await ReconcilerTests.RoundAsync(rig, seconds: 2);

        (await rig.MonitorsAsync()).ShouldBe("dmona1 6 Set");
        (await rig.Store.AlarmsAsync()).ShouldBe("VM_UNWATCHED");
    }

    [Fact]
    public async Task One_that_is_disabled_on_request_or_gone_has_none()
    {
        await using var rig = await new WatchRig().WithVmsAsync(2);
        var vms = await rig.VmsAsync();
        await rig.Store.CommitAsync([.. vms.SelectMany(vm => rig.Alarms.Raise(vm.Vnfc))], Token);
        await rig.TakeAsync("dmona1", WatchRig.Report(2, false));
        (await rig.Store.AlarmsAsync()).ShouldBe("VM_UNWATCHED!, VM_UNWATCHED!, VM_DOWN!");

        await rig.Store.CommitAsync(rig.Writes.Settled(vms[0].Vnfc.Marked(MonitorState.Unset)), Token);
        (await rig.Store.AlarmsAsync()).ShouldBe("VM_UNWATCHED, VM_UNWATCHED!, VM_DOWN!");
        var removed = new RemovedVms(rig.Assignments, rig.Carried, rig.Levels, rig.Counters, rig.Writes);
        ImmutableArray<WatchedVnfc> gone = [(await rig.VmsAsync())[1]];
        await rig.Store.CommitAsync(removed.WritesOf(gone), Token);
        removed.Forget(gone);

        (await rig.Store.AlarmsAsync()).ShouldBe("VM_UNWATCHED, VM_UNWATCHED, VM_DOWN");
        rig.Assignments.TryFind(WatchRig.Target(2), out _).ShouldBeFalse();
    }

    private static UnwatchedAlarms Watch(WatchRig rig, UnwatchedTimes? times = null) => new(
        rig.Assignments, rig.Alarms, times ?? rig.Unwatched, rig.Store,
        new ReconcileSettings(TimeSpan.FromSeconds(10)));

    // dmona1 is lost: the reconciler has taken note, and no time has passed.
    private static async Task<WatchRig> LostAsync()
    {
        var rig = await new WatchRig().WithVmsAsync(1);
        rig.Directory.AddLocal(rig.Local, 100, "1.0", "default");
        rig.Join("dmona1", rig.One, AgentState.Offline);
        rig.Events.Lost("dmona1");
        await rig.Marks.WriteAsync(_ => true, Token);
        await ReconcilerTests.RoundAsync(rig, seconds: 0);
        await Watch(rig).LookAsync(Token);
        return rig;
    }
}
