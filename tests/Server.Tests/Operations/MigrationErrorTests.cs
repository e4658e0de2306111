using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Agents;
using Watchkeeper.Server.Operations.MonitoringMigration;

namespace Server.Tests.Operations;

/// <summary>Rows 1 to 8 of the error table, with the flag false and true, on the real engine.</summary>
public sealed class MigrationErrorTests
{
    private const string Untouched = "dmona1 4 Set, dmona1 4 Set";
    private const string Moved = "SERVICE_UPDATED SUCCESS, VM_SET_MONITOR_STATUS SUCCESS, "
        + "VM_SET_MONITOR_STATUS SUCCESS, SVC_SET_MONITOR_STATUS SUCCESS";

    public static TheoryData<string, string> Refusals => new()
    {
        { "unknown", "No monitoring agent is named 'nobody'" },
        { "offline", "is OFFLINE, not ONLINE" },
        { "draining", "is draining" },
        { "full", "has no room for 2 more" },
        { "blind", "does not see VM" },
        { "unset", "VM_MONITOR_UNSET_STATE" },
    };

    [Theory, MemberData(nameof(Refusals))]
    public async Task Rows_1_and_2_are_refused_before_anything_is_touched(string what, string message)
    {
        foreach (var unattended in (bool[])[false, true])
        {
            await using var rig = await new MigrationRig().WithVmsAsync(2);
            await ArrangeAsync(rig, what);
            var before = await rig.MonitorsAsync();

            var operation = await rig.MigrateAsync(
                what == "unknown" ? "dmonaName://nobody" : "dmonaName://dmona2", unattended: unattended);

            operation.State.ShouldBe(unattended ? LcmOperationState.Failed : LcmOperationState.FailedTemp);
            operation.Fault!.Detail.ShouldContain(message);
            (await rig.StatesAsync()).ShouldBe(
                unattended ? "STARTING PROCESSING FAILED_TEMP FAILED" : "STARTING PROCESSING FAILED_TEMP");
            (await rig.EventsAsync()).ShouldBe("");
            (await rig.MonitorsAsync()).ShouldBe(before);
            rig.Old.Watched.Count.ShouldBe(2);
            rig.New.Watched.ShouldBeEmpty();
        }
    }

    [Theory, InlineData("refuses"), InlineData("lost"), InlineData("hangs")]
    public async Task Row_3_goes_on_without_the_old_agents_word(string how)
    {
        await using var rig = await new MigrationRig().WithVmsAsync(2);
        rig.Old.RefusesUnset = how == "refuses";
        rig.Old.IsLost = how == "lost";
        rig.Old.Hangs = how == "hangs" ? new TaskCompletionSource() : null;

        var opened = await rig.OpenAsync("dmonaName://dmona2", "MONITORING_AGENT", unattended: true);
        if (rig.Old.Hangs is { } asked)
        {
            await asked.Task;
            rig.Time.Advance(TimeSpan.FromSeconds(2));
        }

        var operation = await rig.RestedAsync(opened.Id);

        operation.State.ShouldBe(LcmOperationState.Completed);
        operation.Warnings.ShouldHaveSingleItem().ShouldContain("did not confirm that it left");
        (await rig.EventsAsync()).ShouldBe(Moved);
        (await rig.MonitorsAsync()).ShouldBe("dmona2 5 Set, dmona2 5 Set");
        MigrationRecord.Of(operation)!.Vnfcs.ShouldAllBe(vm => vm.Unset == "FAILURE" && vm.Estimated == true);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task Row_4_sets_again_on_the_stored_agent_when_the_update_was_not_written(bool unattended)
    {
        await using var rig = await new MigrationRig(serviceUpdate: "fail").WithVmsAsync(2);

        var operation = await rig.MigrateAsync(unattended: unattended);

        operation.State.ShouldBe(unattended ? LcmOperationState.RolledBack : LcmOperationState.FailedTemp);
        (await rig.StatesAsync()).ShouldBe(unattended
            ? "STARTING PROCESSING FAILED_TEMP ROLLING_BACK ROLLED_BACK"
            : "STARTING PROCESSING FAILED_TEMP");
        (await rig.EventsAsync()).ShouldBe(Moved.Replace("SERVICE_UPDATED SUCCESS", "SERVICE_UPDATED FAILURE"));
        (await rig.MonitorsAsync()).ShouldBe("dmona1 5 Set, dmona1 5 Set");
        (await rig.InstanceAsync()).Deployment!.Agent.Name.ShouldBe("dmona1");
        operation.Fault!.Detail.ShouldContain("service update failed");
    }

    [Fact]
    public async Task Row_4_sets_on_the_new_agent_when_the_update_was_written_although_it_failed()
    {
        await using var rig = await new MigrationRig(serviceUpdate: "fail-after-write").WithVmsAsync(2);

        var operation = await rig.MigrateAsync();

        operation.State.ShouldBe(LcmOperationState.FailedTemp);
        (await rig.MonitorsAsync()).ShouldBe("dmona2 5 Set, dmona2 5 Set");
        (await rig.InstanceAsync()).Deployment!.Agent.Name.ShouldBe("dmona2");
    }

    [Fact]
    public async Task Row_5_skips_the_other_VMs_and_waits_for_a_client()
    {
        await using var rig = await new MigrationRig().WithVmsAsync(3);
        rig.New.SetsBeforeRefusal = 1;

        var operation = await rig.MigrateAsync();

        operation.State.ShouldBe(LcmOperationState.FailedTemp);
        operation.Fault!.Detail.ShouldContain("dmona2 refuses");
        (await rig.EventsAsync()).ShouldBe(
            "SERVICE_UPDATED SUCCESS, VM_SET_MONITOR_STATUS SUCCESS, VM_SET_MONITOR_STATUS FAILURE, "
            + "SVC_SET_MONITOR_STATUS PARTIAL_FAILURE");
        (await rig.MonitorsAsync()).ShouldBe("dmona2 5 Set, dmona2 5 SetFailed, dmona2 5 Unwatched");
        MigrationRecord.Of(operation)!.Vnfcs.Select(vm => vm.Set).ShouldBe(["SUCCESS", "FAILURE", "SKIPPED"]);
    }

    [Fact]
    public async Task Row_5_unattended_goes_back_to_the_old_agent_and_restores_the_pair()
    {
        await using var rig = await new MigrationRig().WithVmsAsync(2);
        rig.New.SetsBeforeRefusal = 0;

        var operation = await rig.MigrateAsync(unattended: true);

        operation.State.ShouldBe(LcmOperationState.RolledBack);
        (await rig.StatesAsync()).ShouldBe("STARTING PROCESSING FAILED_TEMP ROLLING_BACK ROLLED_BACK");
        (await rig.MonitorsAsync()).ShouldBe("dmona1 6 Set, dmona1 6 Set");
        var instance = await rig.InstanceAsync();
        instance.Deployment!.Agent.Text.ShouldBe("dmona://dmona1");
        instance.Extensions["MONITORING_AGENT"].GetString().ShouldBe("dmona://dmona1");
        operation.Fault!.Detail.ShouldContain("dmona2 refuses");
        operation.ChangedInfo.ShouldBeNull();
    }

    [Fact]
    public async Task Row_7_stays_where_the_stored_deployment_says_when_the_rollback_update_fails()
    {
        await using var rig = await new MigrationRig(rollbackUpdate: "fail").WithVmsAsync(2);
        rig.New.SetsBeforeRefusal = 0;
        rig.New.Refusals = 1;

        var operation = await rig.MigrateAsync(unattended: true);

        operation.State.ShouldBe(LcmOperationState.FailedTemp);
        (await rig.StatesAsync()).ShouldBe("STARTING PROCESSING FAILED_TEMP ROLLING_BACK FAILED_TEMP");
        (await rig.InstanceAsync()).Deployment!.Agent.Name.ShouldBe("dmona2");
        (await rig.MonitorsAsync()).ShouldBe("dmona2 6 Set, dmona2 6 Set");
    }

    [Fact]
    public async Task Row_7_refuses_a_clients_rollback_of_what_was_never_changed_before_any_monitor_is_touched()
    {
        await using var rig = await new MigrationRig(serviceUpdate: "fail").WithVmsAsync(2);
        var failed = await rig.MigrateAsync();
        rig.Old.Asked.Clear();

        var operation = await rig.RollBackAsync(failed);

        operation.State.ShouldBe(LcmOperationState.FailedTemp);
        operation.Fault!.Detail.ShouldContain("never changed");
        operation.Fault.Detail.ShouldEndWith($"What stopped the operation: {failed.Fault!.Detail}");
        rig.Old.Asked.ShouldBeEmpty();
        (await rig.StatesAsync()).ShouldBe("STARTING PROCESSING FAILED_TEMP ROLLING_BACK FAILED_TEMP");
        (await rig.RollBackAsync(operation)).Fault.ShouldBe(operation.Fault, "asked again, it says the same");
    }

    [Fact]
    public async Task Row_8_is_rolled_back_even_when_the_old_agent_does_not_take_the_VMs_and_says_so()
    {
        await using var rig = await new MigrationRig().WithVmsAsync(2);
        rig.New.SetsBeforeRefusal = 0;
        rig.Old.SetsBeforeRefusal = 0;

        var operation = await rig.MigrateAsync(unattended: true);

        operation.State.ShouldBe(LcmOperationState.RolledBack);
        operation.Warnings.ShouldContain(warning => warning.Contains("No monitor on dmona1", StringComparison.Ordinal));
        (await rig.EventsAsync()).ShouldEndWith(
            "SERVICE_UPDATED SUCCESS, VM_SET_MONITOR_STATUS FAILURE, SVC_SET_MONITOR_STATUS FAILURE");
        (await rig.MonitorsAsync()).ShouldBe("dmona1 6 SetFailed, dmona1 6 Unwatched");
    }

    [Fact]
    public async Task Retry_after_row_5_sets_only_what_has_no_monitor_with_a_new_epoch_and_no_second_update()
    {
        await using var rig = await new MigrationRig().WithVmsAsync(3);
        (rig.New.SetsBeforeRefusal, rig.New.Refusals) = (1, 1);
        var failed = await rig.MigrateAsync();

        var operation = await rig.RetryAsync(failed);

        operation.State.ShouldBe(LcmOperationState.Completed);
        operation.Fault.ShouldBeNull();
        (await rig.MonitorsAsync()).ShouldBe("dmona2 5 Set, dmona2 6 Set, dmona2 6 Set");
        (await rig.EventsAsync()).Split("SERVICE_UPDATED").Length.ShouldBe(2);
        rig.New.Sent[^1].Carried.ShouldNotBeEmpty();
        rig.Old.Asked.ShouldBe(["unset 3"]);
    }

    [Fact]
    public async Task What_came_to_the_new_agent_before_a_retry_is_no_failure_any_more()
    {
        await using var rig = await new MigrationRig().WithVmsAsync(2);
        (rig.New.SetsBeforeRefusal, rig.New.Refusals) = (1, 1);
        var failed = await rig.MigrateAsync();
        await rig.ChangeVmAsync(2, vnfc => vnfc.Marked(MonitorState.Set));

        var operation = await rig.RetryAsync(failed);

        operation.State.ShouldBe(LcmOperationState.Completed);
        MigrationRecord.Of(failed)!.Vnfcs.Select(moved => moved.Set).ShouldBe(["SUCCESS", "FAILURE"]);
        MigrationRecord.Of(operation)!.Vnfcs.Select(moved => moved.Set).ShouldBe(["SUCCESS", "SUCCESS"]);
    }

    [Fact]
    public async Task Retry_after_row_1_starts_over()
    {
        await using var rig = await new MigrationRig().WithVmsAsync(2);
        rig.Join("dmona2", rig.New, state: AgentState.Offline);
        var failed = await rig.MigrateAsync();
        rig.Join("dmona2", rig.New);

        var operation = await rig.RetryAsync(failed);

        operation.State.ShouldBe(LcmOperationState.Completed);
        (await rig.MonitorsAsync()).ShouldBe("dmona2 5 Set, dmona2 5 Set");
    }

    [Fact]
    public async Task Retry_after_row_4_starts_over()
    {
        await using var rig = await new MigrationRig(serviceUpdate: "fail:times=1").WithVmsAsync(2);
        var failed = await rig.MigrateAsync();

        var operation = await rig.RetryAsync(failed);

        operation.State.ShouldBe(LcmOperationState.Completed);
        (await rig.MonitorsAsync()).ShouldBe("dmona2 6 Set, dmona2 6 Set");
    }

    [Fact]
    public async Task Rollback_by_a_client_after_row_5_goes_back_under_a_new_epoch()
    {
        await using var rig = await new MigrationRig().WithVmsAsync(2);
        rig.New.SetsBeforeRefusal = 1;
        var failed = await rig.MigrateAsync();

        var operation = await rig.RollBackAsync(failed);

        operation.State.ShouldBe(LcmOperationState.RolledBack);
        (await rig.MonitorsAsync()).ShouldBe("dmona1 6 Set, dmona1 6 Set");
        rig.New.Watched.ShouldBeEmpty();
    }

    [Fact]
    public async Task Fail_gives_up_and_leaves_the_monitors_as_they_are()
    {
        await using var rig = await new MigrationRig().WithVmsAsync(2);
        rig.New.SetsBeforeRefusal = 1;
        var failed = await rig.MigrateAsync();

        var operation = await rig.FailAsync(failed);

        operation.State.ShouldBe(LcmOperationState.Failed);
        operation.Fault!.Detail.ShouldContain("dmona2 refuses");
        (await rig.MonitorsAsync()).ShouldBe("dmona2 5 Set, dmona2 5 SetFailed");
    }

    private static async Task ArrangeAsync(MigrationRig rig, string what)
    {
        switch (what)
        {
            case "offline":
                rig.Join("dmona2", rig.New, state: AgentState.Offline);
                break;
            case "draining":
                await rig.Directory.SetDrainingAsync("dmona2", isDraining: true, CancellationToken.None);
                break;
            case "full":
                rig.Join("dmona2", rig.New, capacity: 1);
                break;
            case "blind":
                rig.New.Blind.Add("127.64.0.2");
                break;
            case "unset":
                await rig.ChangeVmAsync(2, vnfc => vnfc with
                {
                    State = VmState.MonitorUnset, Monitor = MonitorState.Unset,
                });
                break;
        }
    }
}
