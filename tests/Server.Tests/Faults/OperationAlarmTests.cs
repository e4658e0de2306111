using Server.Tests.Operations;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Engine;
using Watchkeeper.Server.Faults;

namespace Server.Tests.Faults;

/// <summary>Operations in FAILED_TEMP, and the VMs that failed operations leave without a monitor.</summary>
public sealed class OperationAlarmTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_operation_that_waits_for_long_is_one_alarm_until_it_is_moved_on()
    {
        await using var rig = await new MigrationRig().WithVmsAsync(1);
        var operation = await rig.MigrateAsync("dmonaName://nobody");
        var round = Round(rig);
        rig.Time.Advance(TimeSpan.FromSeconds(299.9));
        await round.LookAsync(Token);
        (await rig.Store.AlarmsAsync()).ShouldBe("");

        rig.Time.Advance(TimeSpan.FromSeconds(0.1));
        await round.LookAsync(Token);
        await round.LookAsync(Token);
        await Round(rig).LookAsync(Token);

        var alarm = (await rig.Store.OpenAlarmsAsync("OPERATION_FAILED_TEMP", Token)).ShouldHaveSingleItem();
        alarm.OperationId.ShouldBe(operation.Id);
        alarm.EventTime.ShouldBe(operation.StateEnteredTime);
        alarm.Details.ShouldHaveSingleItem().ShouldContain("No monitoring agent is named 'nobody'");
        (await rig.FailAsync(operation)).State.ShouldBe(LcmOperationState.Failed);
        await round.LookAsync(Token);
        (await rig.Store.AlarmsAsync()).ShouldBe("OPERATION_FAILED_TEMP");
        (await rig.Store.ToldAlarmsAsync()).ShouldBe("OPERATION_FAILED_TEMP +, OPERATION_FAILED_TEMP -");
    }

    [Fact]
    public async Task A_clock_on_the_wall_that_is_set_makes_no_operation_old_and_none_young()
    {
        await using var rig = await new MigrationRig().WithVmsAsync(1);
        var wall = new WallClock(rig.Time);
        var round = Round(rig, wall);
        await round.LookAsync(Token);
        await rig.MigrateAsync("dmonaName://nobody");
        await round.LookAsync(Token);
        wall.Shift = TimeSpan.FromHours(1);
        await round.LookAsync(Token);
        (await rig.Store.AlarmsAsync()).ShouldBe("");

        wall.Shift = TimeSpan.FromHours(-5);
        rig.Time.Advance(TimeSpan.FromSeconds(300));
        await round.LookAsync(Token);
        (await rig.Store.AlarmsAsync()).ShouldBe("OPERATION_FAILED_TEMP!");
    }

    [Fact]
    public async Task One_that_fails_again_after_a_retry_has_its_time_anew()
    {
        await using var rig = await new MigrationRig().WithVmsAsync(1);
        var operation = await rig.MigrateAsync("dmonaName://nobody");
        rig.Time.Advance(TimeSpan.FromSeconds(300));
        await Round(rig).LookAsync(Token);

        (await rig.RetryAsync(operation)).State.ShouldBe(LcmOperationState.FailedTemp);
        await Round(rig).LookAsync(Token);
        (await rig.Store.AlarmsAsync()).ShouldBe("OPERATION_FAILED_TEMP");

        rig.Time.Advance(TimeSpan.FromSeconds(300));
        await Round(rig).LookAsync(Token);
        (await rig.Store.AlarmsAsync()).ShouldBe("OPERATION_FAILED_TEMP, OPERATION_FAILED_TEMP!");
    }

    [Fact]
    public async Task Row_5_tells_at_once_of_every_VM_that_it_leaves_without_a_monitor_and_a_retry_ends_it()
    {
        await using var rig = await new MigrationRig().WithVmsAsync(3);
        rig.New.SetsBeforeRefusal = 1;

        var operation = await rig.MigrateAsync();

        (await rig.MonitorsAsync()).ShouldBe("dmona2 5 Set, dmona2 5 SetFailed, dmona2 5 Unwatched");
        (await rig.Store.AlarmsAsync()).ShouldBe("VM_UNWATCHED!, VM_UNWATCHED!");
        rig.New.SetsBeforeRefusal = null;
        await rig.RetryAsync(operation);
        (await rig.Store.AlarmsAsync()).ShouldBe("VM_UNWATCHED, VM_UNWATCHED");
    }

    [Fact]
    public async Task A_migration_that_works_says_nothing_of_alarms()
    {
        await using var rig = await new MigrationRig().WithVmsAsync(3);

        (await rig.MigrateAsync()).State.ShouldBe(LcmOperationState.Completed);

        (await rig.Store.AlarmsAsync()).ShouldBe("");
        (await rig.Store.ToldAlarmsAsync()).ShouldBe("");
    }

    private static FailedTempAlarms Round(MigrationRig rig, TimeProvider? time = null) => new(
        rig.Store,
        new AlarmWriting(rig.Store, new Version7Ids(rig.Time), rig.Time),
        new FailedTempSettings(TimeSpan.FromSeconds(300)),
        time ?? rig.Time);

    // A clock on the wall that somebody sets, beside one that goes on.
    private sealed class WallClock(TimeProvider time) : TimeProvider
    {
        public TimeSpan Shift { get; set; }

        public override long TimestampFrequency => time.TimestampFrequency;

        public override long GetTimestamp() => time.GetTimestamp();

        public override DateTimeOffset GetUtcNow() => time.GetUtcNow() + Shift;
    }
}
