using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Lifecycle.Operations;

namespace Server.Tests.Operations.Instantiate;

/// <summary>Operations that somebody stops, and instantiations that go back: nothing of them is left.</summary>
public sealed class CancelTests
{
    [Fact]
    public async Task One_that_waits_for_VMs_that_never_boot_can_be_cancelled_and_rolled_back()
    {
        await using var rig = await new LifecycleRig().ReadyAsync();
        var operation = await rig.OpenInstantiateAsync();
        await WatchedAsync(rig);

        var failed = await rig.CancelAsync(operation);

        failed.State.ShouldBe(LcmOperationState.FailedTemp);
        failed.Fault!.Detail.ShouldContain("cancel");
        (await rig.RollBackAsync(failed)).State.ShouldBe(LcmOperationState.RolledBack);
        (await rig.StatesAsync()).ShouldBe("STARTING PROCESSING FAILED_TEMP ROLLING_BACK ROLLED_BACK");
        await rig.NothingIsLeftAsync();
    }

    [Fact]
    public async Task One_that_was_cancelled_goes_on_with_a_retry()
    {
        await using var rig = await new LifecycleRig().ReadyAsync();
        var operation = await rig.OpenInstantiateAsync();
        await WatchedAsync(rig);
        await rig.CancelAsync(operation);

        await rig.RetryAsync(operation);

        (await rig.BootedAsync(operation)).State.ShouldBe(LcmOperationState.Completed);
        rig.Vim.Vms.Count.ShouldBe(2);
    }

    [Fact]
    public async Task What_it_has_left_is_cleared_on_nobodys_behalf_and_what_it_undoes_on_its_own()
    {
        await using var rig = await new LifecycleRig().ReadyAsync();
        rig.Vim.MakesBeforeFailure = 1;
        await rig.FailAsync(await rig.FailToInstantiateAsync());
        rig.Vim.RemovedFor.ShouldBeEmpty();
        rig.Vim.MakesBeforeFailure = 1;

        var failed = await rig.FailToInstantiateAsync();
        rig.Vim.RemovedFor.ShouldAllBe(whose => whose.Length == 0, "whatever a VIM was told for the former is over");
        rig.Vim.RemovedFor.Clear();
        await rig.RollBackAsync(failed);

        rig.Vim.RemovedFor.ShouldAllBe(whose => whose == "INSTANTIATE back");
        rig.Vim.RemovedFor.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Rolled_back_it_leaves_the_pair_and_the_key_that_were_there_before()
    {
        await using var rig = await new LifecycleRig().ReadyAsync();
        rig.Vim.MakesBeforeFailure = 1;
        var before = await rig.InstanceAsync();
        var failed = await rig.FailToInstantiateAsync(agent: "dmonaName://dmona1");
        Pairs.Find(await rig.InstanceAsync(), "MONITORING_AGENT").ShouldNotBeNull();

        await rig.RollBackAsync(failed);

        var after = await rig.InstanceAsync();
        Pairs.Find(after, "MONITORING_AGENT").ShouldBeNull();
        (after.AgentKey, after.Deployment).ShouldBe((before.AgentKey, before.Deployment));
    }

    [Fact]
    public async Task Rolled_back_it_leaves_the_agent_that_an_earlier_life_was_given()
    {
        await using var rig = await new LifecycleRig().ReadyAsync();
        await rig.InstantiateAsync(agent: "dmonaName://dmona1");
        await rig.TerminateAsync();
        rig.Vim.MakesBeforeFailure = 0;

        await rig.RollBackAsync(await rig.FailToInstantiateAsync(agent: "dmonaName://dmona2"));

        Pairs.Find(await rig.InstanceAsync(), "MONITORING_AGENT")!.Value.GetString().ShouldBe("dmonaName://dmona1");
    }

    [Fact]
    public async Task A_termination_whose_VMs_do_not_end_can_be_cancelled_and_given_up_for_another()
    {
        await using var rig = await new LifecycleRig().ReadyAsync();
        await rig.InstantiateAsync();
        rig.Vim.Hangs = new TaskCompletionSource();
        var operation = await rig.OpenAsync(LcmOperationType.Terminate, """{"terminationType":"GRACEFUL"}""");
        await rig.Vim.Hangs.Task;

        (await rig.CancelAsync(operation)).State.ShouldBe(LcmOperationState.FailedTemp);
        (await rig.FailAsync(operation)).State.ShouldBe(LcmOperationState.Failed);
        rig.Vim.Hangs = null;

        (await rig.TerminateAsync()).State.ShouldBe(LcmOperationState.Completed);
        await rig.NothingIsLeftAsync();
    }

    // Its VMs have their monitors, and nobody has seen them alive.
    private static async Task WatchedAsync(LifecycleRig rig)
    {
        while (true)
        {
            var change = rig.Assignments.NextChangeOf((await rig.InstanceAsync()).Id);
            var watched = rig.Assignments.Of("dmona1");
            if (watched.Any() && watched.All(vm => vm.Vnfc.Monitor == MonitorState.Set))
            {
                return;
            }

            await change.WaitAsync(TestContext.Current.CancellationToken);
        }
    }
}
