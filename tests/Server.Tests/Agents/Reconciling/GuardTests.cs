using Server.Tests.Storage;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Server.Agents;

namespace Server.Tests.Agents.Reconciling;

/// <summary>A VM whose agent is lost gets a guard, and comes home; and what agents hold is compared again and
/// again.</summary>
public sealed class GuardTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_lost_agents_VMs_are_guarded_after_a_while_by_an_agent_that_sees_them()
    {
        await using var rig = await LostAsync();
        rig.Directory.Known("dmona1")!.Reports.TryKeep(
            [WatchRig.Report(1, true) with { Kpis = [WatchRig.Kpi("VM_ALIVE", true, against: 2)] }]);
        await ReconcilerTests.RoundAsync(rig, seconds: 9.9);
        (await rig.MonitorsAsync()).ShouldBe("dmona1 4 Unwatched");

        await ReconcilerTests.RoundAsync(rig, seconds: 0.1);

        (await rig.MonitorsAsync()).ShouldBe("dmona2 5 Set");
        rig.Two.Asked.ShouldBe(["look 1", "set 1"]);
        rig.Two.Sent.ShouldHaveSingleItem().Carried[0].State.Falses.ShouldBe(2);
        (await rig.VmAsync(1)).GuardFor.ShouldBe("dmona1");
        var instance = await rig.Store.FindInstanceAsync(new(Samples.Id(1)), Token);
        instance!.Deployment!.Agent.Name.ShouldBe("dmona1");
        (await rig.EventsAsync()).ShouldBe("VM_SET_MONITOR_STATUS SUCCESS");
        var view = await new MonitoringView(rig.Store, rig.States, rig.Time).OfAsync(new(Samples.Id(1)), Token);
        view!.MonitoringAgent.ShouldBe("dmona://dmona1");
        var shown = view.Vnfcs.ShouldHaveSingleItem();
        (shown.MonitoringAgent, shown.Epoch, shown.Monitor).ShouldBe(("dmonaName://dmona2", 5L, "SET"));
        shown.Kpis[0].Against.ShouldBe(2);
    }

    [Fact]
    public async Task What_no_other_agent_sees_is_the_local_MONAs()
    {
        await using var rig = await LostAsync();
        rig.Two.Blind.Add("127.64.0.1");

        await ReconcilerTests.RoundAsync(rig, seconds: 10);

        (await rig.MonitorsAsync()).ShouldBe("local_mona 5 Set");
        rig.Two.Asked.ShouldBe(["look 1"]);
    }

    [Fact]
    public async Task A_guard_without_room_takes_none()
    {
        await using var rig = await LostAsync(vms: 3);
        rig.Directory.Change("dmona2", agent => agent with { Row = agent.Row with { Capacity = 1 } });

        await ReconcilerTests.RoundAsync(rig, seconds: 10);
        (await rig.VmsAsync()).Count(vm => vm.Vnfc.Agent == "dmona2").ShouldBe(1);
        rig.Two.Sent.Count.ShouldBe(1);
        await ReconcilerTests.RoundAsync(rig, seconds: 2);
        (await rig.VmsAsync()).Count(vm => vm.Vnfc is { Agent: "local_mona", Monitor: MonitorState.Set }).ShouldBe(2);
    }

    [Fact]
    public async Task It_comes_home_when_its_agent_is_back_and_sees_it()
    {
        await using var rig = await LostAsync();
        await ReconcilerTests.RoundAsync(rig, seconds: 10);
        rig.Join("dmona1", rig.One);
        rig.One.Blind.Add("127.64.0.1");
        await ReconcilerTests.RoundAsync(rig, seconds: 1);
        (await rig.MonitorsAsync()).ShouldBe("dmona2 5 Set");

        rig.One.Blind.Clear();
        await ReconcilerTests.RoundAsync(rig, seconds: 2);

        (await rig.MonitorsAsync()).ShouldBe("dmona1 6 Set");
        (await rig.VmAsync(1)).GuardFor.ShouldBeNull();
        rig.Two.Watched.ShouldBeEmpty();
        rig.Two.Released.ShouldHaveSingleItem().Epoch.Value.ShouldBe(5);
        rig.One.Sent.ShouldHaveSingleItem().Carried[0].State.Falses.ShouldBe(2);
        rig.Assignments.Unsettled().ShouldBeEmpty();
    }

    [Fact]
    public async Task One_that_its_own_agent_refuses_goes_back_to_its_guard_at_once()
    {
        await using var rig = await LostAsync();
        await ReconcilerTests.RoundAsync(rig, seconds: 10);
        rig.Join("dmona1", rig.One);
        rig.One.SetsBeforeRefusal = 0;

        await ReconcilerTests.RoundAsync(rig, seconds: 1);

        (await rig.MonitorsAsync()).ShouldBe("dmona2 7 Set");
        (await rig.VmAsync(1)).GuardFor.ShouldBe("dmona1");
    }

    [Fact]
    public async Task A_guard_that_is_lost_in_its_turn_is_replaced()
    {
        await using var rig = await LostAsync();
        await ReconcilerTests.RoundAsync(rig, seconds: 10);
        rig.Join("dmona2", rig.Two, AgentState.Offline);
        rig.Events.Lost("dmona2");
        await rig.Marks.WriteAsync(_ => true, Token);
        await ReconcilerTests.RoundAsync(rig, seconds: 1);

        await ReconcilerTests.RoundAsync(rig, seconds: 10);

        (await rig.MonitorsAsync()).ShouldBe("local_mona 6 Set");
        (await rig.VmAsync(1)).GuardFor.ShouldBe("dmona1");
    }

    [Fact]
    public async Task A_VM_that_goes_on_being_refused_gets_a_guard_too()
    {
        await using var rig = await new WatchRig().WithVmsAsync(
            1, vnfc => vnfc with { Monitor = MonitorState.SetFailed });
        rig.One.SetsBeforeRefusal = 0;
        await rig.Reconciler.RoundAsync(Token);
        for (var second = 0; second < 11; second++)
        {
            await ReconcilerTests.RoundAsync(rig, seconds: 1);
        }

        var vm = await rig.VmAsync(1);
        (vm.Agent, vm.Monitor, vm.GuardFor).ShouldBe(("dmona2", MonitorState.Set, "dmona1"));
    }

    [Fact]
    public async Task A_guard_that_sees_it_and_refuses_it_is_not_asked_for_ever()
    {
        await using var rig = await LostAsync();
        rig.Two.SetsBeforeRefusal = 0;
        await ReconcilerTests.RoundAsync(rig, seconds: 10);
        (await rig.VmAsync(1)).Monitor.ShouldBe(MonitorState.SetFailed);

        await ReconcilerTests.RoundAsync(rig, seconds: 2);

        var vm = await rig.VmAsync(1);
        (vm.Agent, vm.Monitor, vm.GuardFor).ShouldBe(("local_mona", MonitorState.Set, "dmona1"));
    }

    [Fact]
    public async Task While_guards_refuse_it_they_are_asked_less_and_less_often()
    {
        await using var rig = await LostAsync();
        rig.Two.SetsBeforeRefusal = 0;
        rig.Local.SetsBeforeRefusal = 0;
        await ReconcilerTests.RoundAsync(rig, seconds: 10);
        for (var second = 0; second < 30; second++)
        {
            await ReconcilerTests.RoundAsync(rig, seconds: 1);
        }

        (rig.Two.Sent.Count + rig.Local.Sent.Count).ShouldBeInRange(4, 7);
    }

    [Fact]
    public async Task A_VM_that_its_guard_refuses_is_asked_for_at_home_when_that_is_well()
    {
        await using var rig = await new WatchRig().WithVmsAsync(
            1, vnfc => vnfc with { Monitor = MonitorState.SetFailed });
        rig.One.SetsBeforeRefusal = 0;
        await rig.Reconciler.RoundAsync(Token);
        for (var second = 0; second < 9; second++)
        {
            await ReconcilerTests.RoundAsync(rig, seconds: 1);
        }

        rig.Two.SetsBeforeRefusal = 0;
        rig.One.SetsBeforeRefusal = null;
        await ReconcilerTests.RoundAsync(rig, seconds: 20);

        var vm = await rig.VmAsync(1);
        (vm.Agent, vm.Monitor, vm.GuardFor).ShouldBe(("dmona1", MonitorState.Set, (string?)null));
    }

    [Fact]
    public async Task A_VM_of_which_its_agent_tells_nothing_is_set_anew()
    {
        await using var rig = await new WatchRig().WithVmsAsync(2);
        rig.Directory.Known("dmona1")!.Reports.TryKeep([WatchRig.Report(1, true), WatchRig.Report(2, true)]);
        await rig.Silence.CompareAsync(Token);
        rig.Time.Advance(TimeSpan.FromSeconds(14));
        rig.Directory.Known("dmona1")!.Reports.TryKeep([WatchRig.Report(1, true)]);
        await rig.Silence.CompareAsync(Token);
        (await rig.MonitorsAsync()).ShouldBe("dmona1 4 Set, dmona1 4 Set");
        rig.Time.Advance(TimeSpan.FromSeconds(1));

        await rig.Silence.CompareAsync(Token);

        (await rig.MonitorsAsync()).ShouldBe("dmona1 4 Set, dmona1 4 Unwatched");
        await rig.Reconciler.RoundAsync(Token);
        await ReconcilerTests.RoundAsync(rig, seconds: 1);
        (await rig.MonitorsAsync()).ShouldBe("dmona1 4 Set, dmona1 5 Set");
    }

    [Fact]
    public async Task A_manager_that_stood_still_hears_out_what_agents_told_meanwhile()
    {
        await using var rig = await new WatchRig().WithVmsAsync(1);
        rig.Directory.Known("dmona1")!.Reports.TryKeep([WatchRig.Report(1, true)]);
        rig.Time.Advance(TimeSpan.FromSeconds(40));

        await rig.Silence.LookAsync(late: TimeSpan.FromSeconds(30), Token);
        (await rig.MonitorsAsync()).ShouldBe("dmona1 4 Set");
        await rig.Silence.LookAsync(late: TimeSpan.FromSeconds(1), Token);

        (await rig.MonitorsAsync()).ShouldBe("dmona1 4 Unwatched");
    }

    [Fact]
    public async Task A_VM_that_was_never_told_of_is_given_as_long()
    {
        await using var rig = await new WatchRig().WithVmsAsync(1);

        await rig.Silence.CompareAsync(Token);
        rig.Time.Advance(TimeSpan.FromSeconds(14));
        await rig.Silence.CompareAsync(Token);
        (await rig.MonitorsAsync()).ShouldBe("dmona1 4 Set");
        rig.Time.Advance(TimeSpan.FromSeconds(1));
        await rig.Silence.CompareAsync(Token);

        (await rig.MonitorsAsync()).ShouldBe("dmona1 4 Unwatched");
    }

    [Fact]
    public async Task A_set_whose_answer_was_stored_after_the_loss_of_its_agent_is_found()
    {
        await using var rig = await new WatchRig().WithVmsAsync(1);
        rig.Join("dmona1", rig.One, AgentState.Offline);

        await rig.Silence.CompareAsync(Token);
        await rig.Marks.WriteAsync(_ => true, Token);

        (await rig.MonitorsAsync()).ShouldBe("dmona1 4 Unwatched");
    }

    [Fact]
    public async Task A_rule_that_the_server_does_not_give_is_fenced_at_its_first_report_and_unset_at_the_next_connect()
    {
        await using var rig = await new WatchRig().WithVmsAsync(1);

        (await rig.TakeAsync("dmona2", WatchRig.Report(1, true, isVerdict: false))).Length.ShouldBe(1);
        (await rig.TakeAsync("dmona2", WatchRig.Report(9, true, isVerdict: false))).Length.ShouldBe(1);
        (await rig.Events.ConnectedAsync("dmona2", [WatchRig.Held(1), WatchRig.Held(9)], Token)).Unset.Length
            .ShouldBe(2);
    }

    // A manager that knows for a moment that the agent of its VMs is lost.
    private static async Task<WatchRig> LostAsync(int vms = 1)
    {
        var rig = await ReconcilerTests.LostAsync(new WatchRig(), vms);
        rig.Directory.AddLocal(rig.Local, 100, "1.0", "default");
        rig.Join("dmona1", rig.One, AgentState.Offline);
        await rig.Reconciler.RoundAsync(Token);
        return rig;
    }
}
