using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Agents;
using Watchkeeper.Server.Operations.Instantiate;
using Watchkeeper.Server.Operations.Terminate;

namespace Server.Tests.Operations.Instantiate;

/// <summary>Instantiations and terminations on the real engine.</summary>
public sealed class InstantiateTests
{
    private const string Made = "VM_DEPLOYED SUCCESS, VM_DEPLOYED SUCCESS";
    private const string Gone = "VM_UNDEPLOYED SUCCESS, VM_UNDEPLOYED SUCCESS, SERVICE_UNDEPLOYED SUCCESS";

    [Fact]
    public async Task It_completes_when_every_VM_was_seen_alive_and_stores_the_agent_under_its_key()
    {
        await using var rig = await new LifecycleRig().ReadyAsync();

        var operation = await rig.InstantiateAsync();

        operation.State.ShouldBe(LcmOperationState.Completed);
        (await rig.StatesAsync()).ShouldBe("STARTING PROCESSING COMPLETED");
        (await rig.EventsAsync()).ShouldBe(
            $"{Made}, VM_ALIVE SUCCESS, VM_ALIVE SUCCESS, SERVICE_ALIVE SUCCESS");
        var instance = await rig.InstanceAsync();
        instance.IsInstantiated.ShouldBeTrue();
        instance.Deployment!.Agent.Text.ShouldBe("dmonaName://dmona1");
        Pairs.Find(instance, "MONITORING_AGENT")!.Value.GetString().ShouldBe("dmonaName://dmona1");
        (await rig.VmsAsync()).ShouldAllBe(
            vm => vm.Vnfc.State == VmState.Alive && vm.Vnfc.Epoch == 1 && vm.Vnfc.Monitor == MonitorState.Set);
        rig.One.Asked.ShouldBe(["set 2"]);
    }

    [Theory]
    [InlineData("unknown", "'MONITORING_AGENT' names the monitoring agent 'nobody', which does not exist")]
    [InlineData("offline", "'MONITORING_AGENT' names the monitoring agent 'dmona1', which is OFFLINE, not ONLINE")]
    [InlineData("draining", "'MONITORING_AGENT' names the monitoring agent 'dmona1', which is draining")]
    [InlineData("full", "'MONITORING_AGENT' names the monitoring agent 'dmona1', which watches at most 1 VMs")]
    [InlineData("vim", "no such flavour")]
    public async Task An_objection_ends_it_rolled_back_with_nothing_started(string what, string message)
    {
        await using var rig = await new LifecycleRig().ReadyAsync();
        rig.Vim.Objects = what == "vim" ? "no such flavour" : null;
        if (what is "offline")
        {
            rig.Join("dmona1", rig.One, state: AgentState.Offline);
        }

        if (what == "draining")
        {
            await rig.Directory.SetDrainingAsync("dmona1", isDraining: true, TestContext.Current.CancellationToken);
        }

        rig.Join("dmona2", rig.Two, capacity: 1);
        if (what == "full")
        {
            rig.Join("dmona1", rig.One, capacity: 1);
        }

        var operation = await rig.FailToInstantiateAsync(
            agent: what == "unknown" ? "dmonaName://nobody" : "dmonaName://dmona1");

        operation.State.ShouldBe(LcmOperationState.RolledBack);
        operation.Fault!.Detail.ShouldContain(message);
        (await rig.StatesAsync()).ShouldBe("STARTING ROLLED_BACK");
        (await rig.EventsAsync()).ShouldBe("");
        rig.Vim.Asked.ShouldBe(0);
        rig.One.Asked.ShouldBeEmpty();
        await rig.NothingIsLeftAsync();
    }

    [Fact]
    public async Task What_no_input_takes_is_named_in_a_warning_for_a_mistyped_agent_is_another_agent()
    {
        await using var rig = await new LifecycleRig().ReadyAsync();

        var operation = await rig.BootedAsync(await rig.OpenAsync(
            LcmOperationType.Instantiate,
            """
            {"flavourId":"default","additionalParams":{"VMS":1,"MONITORING_AGENT":"dmonaName://dmona1","simulate":{},
             "MONITORING_AGNET":"dmonaName://dmona2","FOO":null}}
            """));

        operation.State.ShouldBe(LcmOperationState.Completed);
        operation.Warnings.ShouldBe(
            ["The VNFD has no input for what additionalParams gives as 'MONITORING_AGNET': it is not used."]);
    }

    [Fact]
    public async Task After_a_failure_of_the_VIM_a_retry_makes_only_what_is_missing()
    {
        await using var rig = await new LifecycleRig().ReadyAsync();
        rig.Vim.MakesBeforeFailure = 1;

        var failed = await rig.FailToInstantiateAsync(vms: 3);
        failed.State.ShouldBe(LcmOperationState.FailedTemp);
        failed.Fault!.Detail.ShouldContain("no room on any host");
        rig.Vim.Asked.ShouldBe(3);
        rig.Vim.Vms.Count.ShouldBe(2);

        await rig.RetryAsync(failed);

        (await rig.BootedAsync(failed)).State.ShouldBe(LcmOperationState.Completed);
        rig.Vim.Asked.ShouldBe(4);
        rig.Vim.Vms.Count.ShouldBe(3);
        (await rig.VmsAsync()).Length.ShouldBe(3);
    }

    [Fact]
    public async Task After_a_failure_of_the_VIM_a_rollback_leaves_nothing()
    {
        await using var rig = await new LifecycleRig().ReadyAsync();
        rig.Vim.MakesBeforeFailure = 1;
        var failed = await rig.FailToInstantiateAsync();

        (await rig.RollBackAsync(failed)).State.ShouldBe(LcmOperationState.RolledBack);

        (await rig.StatesAsync()).ShouldBe("STARTING PROCESSING FAILED_TEMP ROLLING_BACK ROLLED_BACK");
        await rig.NothingIsLeftAsync();
    }

    [Fact]
    public async Task A_failure_gives_back_the_room_that_was_reserved()
    {
        await using var rig = await new LifecycleRig().ReadyAsync();
        rig.Vim.MakesBeforeFailure = 0;

        await rig.FailToInstantiateAsync(vms: 80);

        rig.Capacity.TryReserve(rig.Instance.Value, "dmona1", 100, 100).ShouldBeTrue();
    }

    [Fact]
    public async Task A_retry_after_a_rollback_that_failed_makes_the_whole_VNF_anew()
    {
        await using var rig = await new LifecycleRig().ReadyAsync();
        rig.One.SetsBeforeRefusal = 0;
        rig.One.Refusals = 1;
        var failed = await rig.FailToInstantiateAsync(vms: 3);
        rig.Vim.RemovesBeforeFailure = 1;
        failed = await rig.RollBackAsync(failed);
        failed.State.ShouldBe(LcmOperationState.FailedTemp);
        failed.Fault!.Detail.ShouldContain("the VM does not go");
        (await rig.VmsAsync()).Length.ShouldBe(1);

        await rig.RetryAsync(failed);

        (await rig.BootedAsync(failed)).State.ShouldBe(LcmOperationState.Completed);
        (await rig.VmsAsync()).ShouldAllBe(vm => vm.Vnfc.State == VmState.Alive);
        (await rig.VmsAsync()).Length.ShouldBe(3);
        rig.Vim.Vms.Count.ShouldBe(3);
        (await rig.TerminateAsync()).State.ShouldBe(LcmOperationState.Completed);
        await rig.NothingIsLeftAsync();
    }

    [Fact]
    public async Task A_VM_that_does_not_boot_in_time_stops_it_and_a_retry_waits_again()
    {
        await using var rig = await new LifecycleRig().ReadyAsync();
        var opened = await rig.OpenInstantiateAsync();
        await rig.Time.WaitBegunAsync(due => due == TimeSpan.FromSeconds(60));
        await rig.SeeAsync((await rig.VmsAsync())[0], isAlive: true);
        rig.Time.Advance(TimeSpan.FromSeconds(60));

        var failed = await rig.RestedAsync(opened);
        failed.State.ShouldBe(LcmOperationState.FailedTemp);
        var late = (await rig.VmsAsync())[1];
        failed.Fault!.Detail.ShouldBe(
            $"No sign of life within 60 s from {late.Vnfc.Id} at {late.Vnfc.Address}.");
        (await rig.InstanceAsync()).IsInstantiated.ShouldBeFalse();

        await rig.RetryAsync(failed);
        await rig.Time.WaitBegunAsync(due => due == TimeSpan.FromSeconds(60));
        await rig.SeeAsync(late, isAlive: true);

        (await rig.RestedAsync(opened)).State.ShouldBe(LcmOperationState.Completed);
        rig.One.Asked.ShouldBe(["set 2"]);
    }

    [Fact]
    public async Task What_a_given_up_instantiation_left_goes_before_the_next_makes_anything()
    {
        await using var rig = await new LifecycleRig().ReadyAsync();
        rig.One.SetsBeforeRefusal = 1;
        rig.One.Refusals = 1;
        var failed = await rig.FailToInstantiateAsync(vms: 3);
        (await rig.FailAsync(failed)).State.ShouldBe(LcmOperationState.Failed);
        rig.Vim.Vms.Count.ShouldBe(3);
        var former = rig.Vim.Vms;

        (await rig.InstantiateAsync(vms: 2)).State.ShouldBe(LcmOperationState.Completed);

        rig.Vim.Vms.Count.ShouldBe(2);
        rig.Vim.Vms.ShouldNotContain(vm => former.Contains(vm));
        rig.One.Watched.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_termination_unsets_the_monitors_first_and_leaves_nothing()
    {
        await using var rig = await new LifecycleRig().ReadyAsync();
        await rig.InstantiateAsync();

        var operation = await rig.TerminateAsync();

        operation.State.ShouldBe(LcmOperationState.Completed);
        operation.Warnings.ShouldBeEmpty();
        rig.One.Asked.ShouldBe(["set 2", "unset 2"]);
        (await rig.EventsAsync()).ShouldEndWith(Gone);
        await rig.NothingIsLeftAsync();
    }

    [Fact]
    public async Task A_termination_with_a_lost_agent_completes_with_a_warning()
    {
        await using var rig = await new LifecycleRig().ReadyAsync();
        await rig.InstantiateAsync();
        rig.Join("dmona1", rig.One, state: AgentState.Offline);

        var operation = await rig.TerminateAsync();

        operation.State.ShouldBe(LcmOperationState.Completed);
        operation.Warnings.ShouldHaveSingleItem().ShouldContain("'dmona1' did not confirm that it left");
        (await rig.VmsAsync()).ShouldBeEmpty();
        rig.Vim.Vms.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_VM_that_does_not_go_is_removed_by_a_retry_and_its_end_is_no_failure()
    {
        await using var rig = await new LifecycleRig().ReadyAsync();
        await rig.InstantiateAsync();
        rig.Join("dmona1", rig.One, state: AgentState.Offline);
        rig.Vim.RemovesBeforeFailure = 1;

        var failed = await rig.TerminateAsync();
        failed.State.ShouldBe(LcmOperationState.FailedTemp);
        failed.Fault!.Detail.ShouldContain("the VM does not go");
        var left = (await rig.VmsAsync()).ShouldHaveSingleItem();
        left.Vnfc.State.ShouldBe(VmState.Undeploying);
        (await rig.SeeAsync(left, isAlive: false)).ShouldBeEmpty();
        (await rig.EventsAsync()).ShouldNotContain("FAILURE");

        await rig.RetryAsync(failed);
        (await rig.RestedAsync(failed)).State.ShouldBe(LcmOperationState.Completed);
        rig.Vim.Vms.ShouldBeEmpty();
        (await rig.EventsAsync()).ShouldEndWith(Gone);
    }

    [Fact]
    public async Task Instantiated_again_it_reads_the_first_pair_not_the_second_and_epochs_start_anew()
    {
        await using var rig = await new LifecycleRig().ReadyAsync();
        await rig.InstantiateAsync();
        var former = (await rig.VmsAsync()).Select(vm => vm.Vnfc.Id).ToList();
        var moved = await rig.MigrateAsync("dmonaName://dmona2", "OTHER");
        moved.State.ShouldBe(LcmOperationState.Completed);
        moved.Warnings.ShouldHaveSingleItem().ShouldContain("'MONITORING_AGENT'");
        rig.Two.Watched.Count.ShouldBe(2);
        await rig.TerminateAsync();

        (await rig.InstantiateAsync(agent: null)).State.ShouldBe(LcmOperationState.Completed);

        (await rig.VmsAsync()).ShouldAllBe(
            vm => vm.Vnfc.Agent == "dmona1" && vm.Vnfc.Epoch == 1 && !former.Contains(vm.Vnfc.Id));
        Pairs.Find(await rig.InstanceAsync(), "OTHER")!.Value.GetString().ShouldBe("dmonaName://dmona2");
    }

    [Fact]
    public async Task Instantiated_again_after_a_move_under_its_own_key_it_stays_with_the_new_agent()
    {
        await using var rig = await new LifecycleRig().ReadyAsync();
        await rig.InstantiateAsync();
        await rig.MigrateAsync("dmona://dmona2", "MONITORING_AGENT");
        await rig.TerminateAsync();

        await rig.InstantiateAsync(agent: null);

        (await rig.VmsAsync()).ShouldAllBe(vm => vm.Vnfc.Agent == "dmona2");
        (await rig.InstanceAsync()).Deployment!.Agent.Text.ShouldBe("dmona://dmona2");
    }

    [Fact]
    public async Task A_termination_removes_what_a_given_up_instantiation_left()
    {
        await using var rig = await new LifecycleRig().ReadyAsync();
        TerminateEndpoint.Objection(await rig.InstanceAsync()).ShouldNotBeNull().Status.ShouldBe(409);
        rig.FailsIn = InstantiatePlan.SetMonitor;
        var failed = await rig.FailToInstantiateAsync(vms: 3);
        (await rig.FailAsync(failed)).State.ShouldBe(LcmOperationState.Failed);
        rig.Vim.Vms.Count.ShouldBe(3);
        TerminateEndpoint.Objection(await rig.InstanceAsync()).ShouldBeNull();

        (await rig.TerminateAsync()).State.ShouldBe(LcmOperationState.Completed);

        await rig.NothingIsLeftAsync();
    }
}
