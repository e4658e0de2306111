using System.Text.Json;
using Server.Tests.Storage;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Agents;
using Watchkeeper.Server.Operations.MonitoringMigration;

namespace Server.Tests.Operations;

/// <summary>Migrations that go well, and the rules of the key.</summary>
public sealed class MigrationTests
{
    private const string Untouched = "dmona1 4 Set, dmona1 4 Set";

    [Fact]
    public async Task The_watch_moves_with_a_new_epoch_and_the_new_agent_is_stored_under_the_key()
    {
        await using var rig = await new MigrationRig().WithVmsAsync(2);

        var operation = await rig.MigrateAsync();

        operation.State.ShouldBe(LcmOperationState.Completed);
        (await rig.StatesAsync()).ShouldBe("STARTING PROCESSING COMPLETED");
        (await rig.EventsAsync()).ShouldBe(
            "SERVICE_UPDATED SUCCESS, VM_SET_MONITOR_STATUS SUCCESS, VM_SET_MONITOR_STATUS SUCCESS, "
            + "SVC_SET_MONITOR_STATUS SUCCESS");
        (await rig.MonitorsAsync()).ShouldBe("dmona2 5 Set, dmona2 5 Set");
        rig.Old.Asked.ShouldBe(["unset 2"]);
        rig.New.Asked.ShouldBe(["look 2", "set 2"]);
        rig.Old.Watched.ShouldBeEmpty();
        rig.New.Watched.Count.ShouldBe(2);
        var instance = await rig.InstanceAsync();
        instance.Deployment!.Agent.Text.ShouldBe("dmonaName://dmona2");
        instance.Extensions["MONITORING_AGENT"].GetString().ShouldBe("dmonaName://dmona2");
        operation.ChangedInfo!.Value.GetRawText().ShouldBe(
            """{"extensions":{"MONITORING_AGENT":"dmonaName://dmona2"}}""");
        operation.Warnings.ShouldBeEmpty();
        var record = MigrationRecord.Of(operation)!;
        (record.From, record.To, record.Key).ShouldBe(("dmona://dmona1", "dmonaName://dmona2", "MONITORING_AGENT"));
        record.Vnfcs.ShouldAllBe(moved => moved.Unset == "SUCCESS" && moved.Set == "SUCCESS" && moved.GapMs == null);
    }

    [Fact]
    public async Task The_counts_travel_and_their_durations_go_on_while_they_do()
    {
        await using var rig = await new MigrationRig().WithVmsAsync(1);

        await rig.MigrateAsync();

        var carried = rig.New.Sent.ShouldHaveSingleItem().Carried.ShouldHaveSingleItem();
        carried.State.ShouldBe(new(true, 0, 2));
        carried.SinceLastProbe.ShouldBe(TimeSpan.FromSeconds(1));
        carried.UntilDue.ShouldBe(TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task The_sleepers_are_released_once_the_new_agent_watches()
    {
        await using var rig = await new MigrationRig().WithVmsAsync(2);

        await rig.MigrateAsync();

        rig.Old.Released.Select(released => released.Epoch.Value).ShouldBe([4, 4]);
        rig.New.Released.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_agent_that_watches_already_is_not_disturbed()
    {
        await using var rig = await new MigrationRig().WithVmsAsync(2);

        var operation = await rig.MigrateAsync("dmonaName://dmona1");

        operation.State.ShouldBe(LcmOperationState.Completed);
        operation.Warnings.ShouldHaveSingleItem().ShouldContain("already watches");
        (await rig.MonitorsAsync()).ShouldBe(Untouched);
        (await rig.EventsAsync()).ShouldBe("");
        rig.Old.Asked.ShouldBeEmpty();
        (await rig.InstanceAsync()).Extensions["MONITORING_AGENT"].GetString().ShouldBe("dmona://dmona1");
    }

    [Fact]
    public async Task Nobody_is_told_that_an_agent_watches_what_it_does_not()
    {
        await using var rig = await new MigrationRig().WithVmsAsync(2);
        await rig.ChangeVmAsync(2, vnfc => vnfc with { Monitor = MonitorState.Unwatched });
        var without = (await rig.VmsAsync()).Single(vm => vm.Vnfc.Monitor == MonitorState.Unwatched);

        var operation = await rig.MigrateAsync("dmonaName://dmona1");

        operation.State.ShouldBe(LcmOperationState.Completed);
        operation.Warnings.ShouldHaveSingleItem().ShouldEndWith($"although it does not watch {without.Vnfc.Id} now.");
    }

    [Fact]
    public async Task The_agent_that_watches_already_is_written_under_another_key_without_touching_a_monitor()
    {
        await using var rig = await new MigrationRig().WithVmsAsync(2);

        var operation = await rig.MigrateAsync("dmonaName://dmona1", key: "WATCHER");

        operation.State.ShouldBe(LcmOperationState.Completed);
        (await rig.MonitorsAsync()).ShouldBe(Untouched);
        (await rig.InstanceAsync()).Metadata["WATCHER"].GetString().ShouldBe("dmonaName://dmona1");
    }

    [Fact]
    public async Task Another_key_makes_a_second_pair_and_a_warning_that_names_the_key_of_the_VNFD()
    {
        await using var rig = await new MigrationRig().WithVmsAsync(1);

        var operation = await rig.MigrateAsync(key: "WATCHER");

        operation.State.ShouldBe(LcmOperationState.Completed);
        operation.Warnings.ShouldHaveSingleItem().ShouldContain("'MONITORING_AGENT'");
        var instance = await rig.InstanceAsync();
        instance.Extensions["MONITORING_AGENT"].GetString().ShouldBe("dmona://dmona1");
        instance.Metadata["WATCHER"].GetString().ShouldBe("dmonaName://dmona2");
        instance.Deployment!.Agent.Name.ShouldBe("dmona2");
    }

    [Fact]
    public async Task The_first_key_of_a_VNFD_that_names_no_agent_becomes_the_instances_own()
    {
        await using var rig = await new MigrationRig().WithVmsAsync(1, instance => instance with
        {
            AgentKey = null,
            Vnfd = instance.Vnfd with { AgentKey = null, ExtensionKeys = [] },
            Extensions = Pairs.None,
        });

        var operation = await rig.MigrateAsync(key: "WATCHER");

        operation.Warnings.ShouldBeEmpty();
        var instance = await rig.InstanceAsync();
        instance.AgentKey.ShouldBe("WATCHER");
        instance.Metadata["WATCHER"].GetString().ShouldBe("dmonaName://dmona2");
        JsonSerializer.Serialize(operation.ChangedInfo).ShouldBe("""{"metadata":{"WATCHER":"dmonaName://dmona2"}}""");
    }

    [Fact]
    public async Task A_VM_that_neither_agent_sees_is_no_objection_and_moves_with_its_counts()
    {
        await using var rig = await new MigrationRig().WithVmsAsync(2);
        rig.New.Blind.Add("127.64.0.2");
        rig.Old.Blind.Add("127.64.0.2");

        (await rig.MigrateAsync()).State.ShouldBe(LcmOperationState.Completed);

        rig.New.Watched.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData(0, LcmOperationState.Completed)]
    [InlineData(1, LcmOperationState.Completed)]
    [InlineData(2, LcmOperationState.FailedTemp)]
    public async Task An_agent_that_was_too_busy_to_look_looks_once_more(int busyLooks, LcmOperationState end)
    {
        await using var rig = await new MigrationRig().WithVmsAsync(2);
        rig.New.BusyLooks = busyLooks;

        var operation = await rig.MigrateAsync();

        operation.State.ShouldBe(end);
        (operation.Fault?.Detail ?? "busy").ShouldContain("busy");
    }

    [Fact]
    public async Task A_lost_monitor_is_no_hindrance_migration_is_its_remedy()
    {
        await using var rig = await new MigrationRig().WithVmsAsync(2);
        await rig.ChangeVmAsync(2, vnfc => vnfc with { Monitor = MonitorState.Unwatched });

        (await rig.MigrateAsync()).State.ShouldBe(LcmOperationState.Completed);

        (await rig.MonitorsAsync()).ShouldBe("dmona2 5 Set, dmona2 5 Set");
    }

    [Fact]
    public async Task Room_that_was_reserved_is_given_back()
    {
        await using var rig = await new MigrationRig().WithVmsAsync(2);
        rig.Join("dmona2", rig.New, capacity: 2);

        (await rig.MigrateAsync()).State.ShouldBe(LcmOperationState.Completed);
        (await rig.MigrateAsync("dmona://dmona1")).State.ShouldBe(LcmOperationState.Completed);
        (await rig.MigrateAsync()).State.ShouldBe(LcmOperationState.Completed);

        (await rig.MonitorsAsync()).ShouldBe("dmona2 7 Set, dmona2 7 Set");
        rig.Directory.Find("dmona2")!.State.ShouldBe(AgentState.Online);
        Samples.Noon.ShouldBe(rig.Time.GetUtcNow());
    }
}
