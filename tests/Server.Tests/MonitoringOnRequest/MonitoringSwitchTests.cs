using Microsoft.Extensions.Logging.Abstractions;
using Server.Tests.Agents;
using Server.Tests.Agents.Reconciling;
using Server.Tests.Faults;
using Server.Tests.Storage;
using Watchkeeper.Lifecycle.Faults;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Server.Agents;
using Watchkeeper.Server.MonitoringOnRequest;
using Watchkeeper.Server.Sol003;
using Watchkeeper.Server.Storage;

namespace Server.Tests.MonitoringOnRequest;

public sealed class MonitoringSwitchTests
{
    private static readonly VnfInstanceId Vnf = new(Samples.Id(1));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Disabled_VMs_are_unset_by_their_agent_under_an_epoch_of_their_own()
    {
        await using var rig = await StartAsync();

        (await On(rig).DisableAsync(Vnf, vnfcs: null, Token)).ShouldBeNull();

        (await rig.MonitorsAsync()).ShouldBe("dmona1 5 Unset, dmona1 5 Unset");
        (await rig.VmsAsync()).Select(vm => vm.Vnfc.State).ShouldAllBe(state => state == VmState.MonitorUnset);
        rig.One.Watched.ShouldBeEmpty();
        (await rig.EventsAsync()).ShouldBe("VM_MONITOR_UNSET SUCCESS, VM_MONITOR_UNSET SUCCESS");
    }

    [Fact]
    public async Task A_verdict_that_was_under_way_when_monitoring_was_disabled_changes_nothing()
    {
        await using var rig = await StartAsync();
        await On(rig).DisableAsync(Vnf, vnfcs: null, Token);

        var fenced = await rig.TakeAsync("dmona1", WatchRig.Report(1, isAlive: false));

        fenced.Length.ShouldBe(1);
        (await rig.VmAsync(1)).State.ShouldBe(VmState.MonitorUnset);
    }

    [Theory]
    [InlineData(false, "VM_DOWN!", "")]
    [InlineData(true, "VM_DOWN", ", VM_ALIVE SUCCESS")]
    public async Task A_VM_that_is_down_is_one_outage_until_it_is_seen_alive_whoever_looks_away_meanwhile(
        bool isBack, string alarms, string then)
    {
        await using var rig = await StartAsync();
        await rig.TakeAsync("dmona1", WatchRig.Report(1, isAlive: false));
        var vm = (ImmutableHashSet<VnfcId>)[(await rig.VmAsync(1)).Id];

        (await On(rig).DisableAsync(Vnf, vm, Token)).ShouldBeNull();
        SourceNames.StateOf(await rig.VmAsync(1)).ShouldBe("VM_MONITOR_UNSET_STATE");
        (await rig.Store.AlarmsAsync()).ShouldBe("VM_DOWN!");
        (await On(rig).EnableAsync(Vnf, vm, Token)).ShouldBeNull();
        SourceNames.StateOf(await rig.VmAsync(1)).ShouldBe("VM_ERROR_STATE");
        var epoch = (await rig.VmAsync(1)).Epoch;
        await rig.TakeAsync("dmona1", WatchRig.Report(1, isBack) with { Epoch = new AssignmentEpoch(epoch) });

        (await rig.Store.AlarmsAsync()).ShouldBe(alarms);
        (await rig.EventsAsync()).ShouldBe(
            "VM_ALIVE FAILURE, VM_MONITOR_UNSET SUCCESS, VM_MONITOR_SET SUCCESS" + then);
    }

    [Fact]
    public async Task What_is_disabled_on_its_way_home_goes_back_to_no_guard()
    {
        await using var rig = await ReconcilerTests.LostAsync(new WatchRig(), 1);
        rig.Join("dmona1", rig.One, AgentState.Offline);
        await rig.Reconciler.RoundAsync(Token);
        await ReconcilerTests.RoundAsync(rig, seconds: 10);
        (await rig.MonitorsAsync()).ShouldBe("dmona2 5 Set");
        rig.Join("dmona1", rig.One);
        rig.One.SetsBeforeRefusal = 0;
        rig.One.WhileSet = () => On(rig).DisableAsync(Vnf, vnfcs: null, Token);

        await ReconcilerTests.RoundAsync(rig, seconds: 1);

        (await rig.MonitorsAsync()).ShouldBe("dmona1 7 Unset");
        rig.Two.Watched.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_was_disabled_stays_so_when_its_agent_connects_again()
    {
        await using var rig = await StartAsync();
        await On(rig).DisableAsync(Vnf, vnfcs: null, Token);

        var difference = await rig.Events.ConnectedAsync("dmona1", [WatchRig.Held(1)], Token);

        difference.Set.ShouldBeEmpty();
        difference.Unset.Single().Target.ShouldBe(WatchRig.Target(1));
        (await rig.VmAsync(1)).Monitor.ShouldBe(MonitorState.Unset);
    }

    [Fact]
    public async Task Enabled_again_the_VMs_are_watched_with_the_state_that_was_handed_over()
    {
        await using var rig = await StartAsync();
        await On(rig).DisableAsync(Vnf, vnfcs: null, Token);

        (await On(rig).EnableAsync(Vnf, vnfcs: null, Token)).ShouldBeNull();

        (await rig.MonitorsAsync()).ShouldBe("dmona1 6 Set, dmona1 6 Set");
        (await rig.VmAsync(1)).State.ShouldBe(VmState.Alive);
        rig.One.Sent.ShouldAllBe(sent => sent.Carried.Single().State.Against == 2);
        (await rig.EventsAsync()).ShouldEndWith("VM_MONITOR_SET SUCCESS, VM_MONITOR_SET SUCCESS");
    }

    [Fact]
    public async Task One_VM_may_be_switched_alone_and_asking_twice_is_the_same_as_once()
    {
        await using var rig = await StartAsync();
        ImmutableHashSet<VnfcId> second = [new VnfcId(WatchRig.Target(2).Value)];

        await On(rig).DisableAsync(Vnf, second, Token);
        (await On(rig).DisableAsync(Vnf, second, Token)).ShouldBeNull();

        (await rig.MonitorsAsync()).ShouldBe("dmona1 4 Set, dmona1 5 Unset");
        (await rig.EventsAsync()).ShouldBe("VM_MONITOR_UNSET SUCCESS");
    }

    [Fact]
    public async Task A_set_that_is_refused_leaves_monitoring_enabled_and_the_VM_without_monitor()
    {
        await using var rig = await StartAsync(vms: 1);
        await On(rig).DisableAsync(Vnf, vnfcs: null, Token);
        rig.One.SetsBeforeRefusal = 0;

        (await On(rig).EnableAsync(Vnf, vnfcs: null, Token)).ShouldBeNull();

        (await rig.MonitorsAsync()).ShouldBe("dmona1 6 SetFailed");
    }

    [Theory]
    [InlineData(LcmOperationState.Processing)]
    [InlineData(LcmOperationState.FailedTemp)]
    public async Task While_an_operation_is_open_neither_is_possible(LcmOperationState state)
    {
        await using var rig = await StartAsync();
        await rig.Store.CommitAsync(
            [OccurrenceTable.Insert(Samples.Operation(7, 1) with { State = state })], Token);

        (await On(rig).DisableAsync(Vnf, vnfcs: null, Token)).ShouldBeOfType<Fault>().Status.ShouldBe(409);
        (await On(rig).EnableAsync(Vnf, vnfcs: null, Token)).ShouldBeOfType<Fault>().Status.ShouldBe(409);
        (await rig.MonitorsAsync()).ShouldBe("dmona1 4 Set, dmona1 4 Set");
    }

    [Fact]
    public async Task What_is_not_there_is_refused()
    {
        await using var rig = await StartAsync();

        (await On(rig).DisableAsync(new VnfInstanceId(Samples.Id(9)), vnfcs: null, Token))!.Status.ShouldBe(404);
        (await On(rig).DisableAsync(Vnf, [new VnfcId(Samples.Id(9))], Token))!.Status.ShouldBe(422);
        (await On(rig).DisableAsync(Vnf, [new VnfcId(Guid.Empty), (await rig.VmAsync(1)).Id], Token))!
            .Status.ShouldBe(422);
        (await rig.VmAsync(1)).Monitor.ShouldBe(MonitorState.Set);
    }

    [Fact]
    public async Task Of_many_at_once_each_switches_every_VM_once()
    {
        await using var rig = await StartAsync();

        var faults = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(_ => On(rig).DisableAsync(Vnf, vnfcs: null, Token)));

        faults.ShouldAllBe(fault => fault == null);
        (await rig.MonitorsAsync()).ShouldBe("dmona1 5 Unset, dmona1 5 Unset");
        (await rig.EventsAsync()).ShouldBe("VM_MONITOR_UNSET SUCCESS, VM_MONITOR_UNSET SUCCESS");
    }

    private static async Task<WatchRig> StartAsync(int vms = 2)
    {
        var rig = await new WatchRig().WithVmsAsync(vms);
        foreach (var vm in await rig.VmsAsync())
        {
            rig.One.Hold(vm.Target, vm.Vnfc.Epoch);
        }

        return rig;
    }

    private static MonitoringSwitch On(WatchRig rig) => new(
        rig.Store,
        rig.Assignments,
        new SwitchedMonitors(rig.Setting, rig.Unsetting, rig.Marks, rig.Store),
        rig.Writes,
        rig.Time,
        NullLogger<MonitoringSwitch>.Instance);
}
