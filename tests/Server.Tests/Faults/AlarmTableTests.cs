using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Server.Tests.Storage;
using Watchkeeper.Server.Storage;

namespace Server.Tests.Faults;

/// <summary>One alarm of a cause and an object is open at most, however often it is reported.</summary>
public sealed class AlarmTableTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_is_raised_once_and_told_once_however_many_raise_it_at_once()
    {
        await using var rig = new StoreRig();

        await Task.WhenAll(Enumerable.Range(1, 50).Select(n => rig.Store.CommitAsync(
            AlarmTale.Raise(AlarmTale.Row(n, subject: "vm")), Token)));

        (await rig.Store.AlarmsAsync()).ShouldBe("VM_DOWN!");
        (await rig.Store.ToldAlarmsAsync()).ShouldBe("VM_DOWN +");
        await rig.Store.CommitAsync(AlarmTale.Raise(AlarmTale.Row(51, "VM_UNWATCHED", "vm")), Token);
        (await rig.Store.AlarmsAsync()).ShouldBe("VM_DOWN!, VM_UNWATCHED!");
    }

    [Fact]
    public async Task It_is_cleared_once_and_told_once_and_can_be_raised_again()
    {
        await using var rig = new StoreRig();
        var alarm = AlarmTale.Row(1);
        await rig.Store.CommitAsync(AlarmTale.Clear(alarm), Token);
        await rig.Store.CommitAsync(AlarmTale.Raise(alarm), Token);

        await Task.WhenAll(Enumerable.Range(1, 20).Select(_ => rig.Store.CommitAsync(AlarmTale.Clear(alarm), Token)));
        var cleared = (await rig.Store.FindAlarmAsync(alarm.Id, Token)).ShouldNotBeNull();
        await rig.Store.CommitAsync(AlarmTale.Raise(AlarmTale.Row(2, subject: alarm.Subject)), Token);

        cleared.ClearedAt.ShouldBe(Samples.Noon.AddMinutes(2));
        cleared.Version.ShouldBe(1);
        (await rig.Store.AlarmsAsync()).ShouldBe("VM_DOWN, VM_DOWN!");
        (await rig.Store.ToldAlarmsAsync()).ShouldBe("VM_DOWN +, VM_DOWN -, VM_DOWN +");
    }

    [Fact]
    public async Task It_is_not_raised_when_what_belongs_to_it_is_not_stored()
    {
        await using var rig = new StoreRig();
        var (unchanged, alarm) = (VnfcDemand.Unchanged(Samples.Vnfc(5, 1).Vnfc), AlarmTale.Row(1));

        await Should.ThrowAsync<StoreConflictException>(
            rig.Store.CommitAsync([.. AlarmTale.Raise(alarm), unchanged], Token));

        (await rig.Store.AlarmsAsync()).ShouldBe("");
        (await rig.Store.ToldAlarmsAsync()).ShouldBe("");
    }

    [Fact]
    public async Task It_is_there_after_a_restart_with_all_that_was_said_of_it()
    {
        var directory = StoreRig.NewDirectory();
        var alarm = AlarmTale.Row(1);
        await using (var rig = new StoreRig(directory))
        {
            await rig.Store.CommitAsync(AlarmTale.Raise(alarm), Token);
        }

        await using (var rig = new StoreRig(directory))
        {
            var found = (await rig.Store.OpenAlarmsAsync("VM_DOWN", Token)).ShouldHaveSingleItem();
            Documents.Write(found).ShouldBe(Documents.Write(alarm));
            var told = (await rig.Store.NotificationsAsync(0, 10, Token)).ShouldHaveSingleItem();
            Documents.Write(told.Entry.Alarm!).ShouldBe(Documents.Write(alarm));
        }

        System.IO.Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task Only_the_alarms_cleared_last_are_kept_and_every_open_one()
    {
        await using var rig = new StoreRig();
        for (var number = 1; number <= Retention.MostAtOnce + 20; number++)
        {
            var alarm = AlarmTale.Row(number);
            await rig.Store.CommitAsync([.. AlarmTale.Raise(alarm), .. AlarmTale.Clear(alarm)], Token);
        }

        await rig.Store.CommitAsync(AlarmTale.Raise(AlarmTale.Row(0)), Token);
        var retention = new Retention(
            rig.Store, rig.Contexts, new RetentionSettings(Alarms: 2), new FakeTimeProvider(),
            NullLogger<Retention>.Instance);

        await retention.PruneAsync(Token);

        (await rig.Store.AlarmsAsync(null, 1000, Token)).Select(alarm => alarm.Id).Order()
            .ShouldBe(((int[])[0, 519, 520]).Select(Samples.Id).Order());
    }
}
