using Server.Tests.Storage;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Operations.MonitoringMigration;

namespace Server.Tests.Operations.MonitoringMigration;

public sealed class UnexpectedFailureTests
{
    [Fact]
    public async Task A_service_update_that_throws_is_told_and_monitors_are_set_again_where_the_store_says()
    {
        await using var rig = new MigrationRig { FailsIn = MigrationPlan.UpdateService };
        await rig.WithVmsAsync(2);

        var end = await rig.MigrateAsync();

        end.State.ShouldBe(LcmOperationState.FailedTemp);
        end.Fault!.Type.ShouldBe("faults/unexpected");
        (await rig.EventsAsync()).ShouldBe(
            "SERVICE_UPDATED FAILURE, VM_SET_MONITOR_STATUS SUCCESS, VM_SET_MONITOR_STATUS SUCCESS, "
            + "SVC_SET_MONITOR_STATUS SUCCESS");
        (await rig.MonitorsAsync()).ShouldBe("dmona1 5 Set, dmona1 5 Set");
        (await rig.InstanceAsync()).Deployment!.Agent.Name.ShouldBe("dmona1");
        rig.New.Watched.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_set_that_throws_is_told_with_the_VM_that_has_no_monitor()
    {
        await using var rig = new MigrationRig { FailsIn = MigrationPlan.SetMonitor };
        await rig.WithVmsAsync(2);

        var end = await rig.MigrateAsync();

        end.State.ShouldBe(LcmOperationState.FailedTemp);
        (await rig.EventsAsync()).ShouldBe(
            "SERVICE_UPDATED SUCCESS, VM_SET_MONITOR_STATUS FAILURE, SVC_SET_MONITOR_STATUS FAILURE");
        rig.FailsIn = null;
        (await rig.RetryAsync(end)).State.ShouldBe(LcmOperationState.Completed);
        (await rig.MonitorsAsync()).ShouldContain("dmona2");
    }

    [Fact]
    public async Task Room_that_a_failed_operation_had_reserved_is_everybodys_again()
    {
        await using var rig = new MigrationRig { FailsIn = MigrationPlan.UpdateService };
        await rig.WithVmsAsync(2);
        rig.Join("dmona2", rig.New, capacity: 2);

        await rig.MigrateAsync();

        rig.Capacity.TryReserve(Samples.Id(99), "dmona2", 2, 2).ShouldBeTrue();
    }

    [Fact]
    public async Task A_VM_that_a_given_up_termination_left_half_removed_is_not_moved()
    {
        await using var rig = new MigrationRig();
        await rig.WithVmsAsync(2);
        await rig.ChangeVmAsync(2, vnfc => vnfc with { State = VmState.Undeploying });

        var end = await rig.MigrateAsync();

        end.State.ShouldBe(LcmOperationState.FailedTemp);
        end.Fault!.Type.ShouldBe("faults/vm-being-removed");
        (await rig.EventsAsync()).ShouldBeEmpty();
        rig.Old.Asked.ShouldBeEmpty();
    }
}
