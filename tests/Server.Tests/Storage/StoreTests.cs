using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Monitoring.Rules;
using Watchkeeper.Server.Storage;

namespace Server.Tests.Storage;

public sealed class StoreTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_instance_is_stored_changed_by_its_version_and_removed()
    {
        await using var rig = new StoreRig();
        var instance = Samples.Instance(1);
        await rig.Store.CommitAsync([InstanceTable.Insert(instance)], Token);
        var stored = (await rig.Store.FindInstanceAsync(instance.Id, Token)).ShouldNotBeNull();
        Documents.Write(stored).ShouldBe(Documents.Write(instance));

        await rig.Store.CommitAsync([InstanceTable.Update(stored with { Name = "other" })], Token);
        await Should.ThrowAsync<StoreConflictException>(
            rig.Store.CommitAsync([InstanceTable.Update(stored with { Name = "lost" })], Token));
        await Should.ThrowAsync<StoreConflictException>(rig.Store.CommitAsync([InstanceTable.Delete(stored)], Token));
        await Should.ThrowAsync<StoreConflictException>(
            rig.Store.CommitAsync([InstanceTable.DemandUnchanged(stored)], Token));

        var changed = (await rig.Store.FindInstanceAsync(instance.Id, Token)).ShouldNotBeNull();
        (changed.Name, changed.Version).ShouldBe(("other", 1));
        await rig.Store.CommitAsync([InstanceTable.DemandUnchanged(changed), InstanceTable.Delete(changed)], Token);
        (await rig.Store.FindInstanceAsync(instance.Id, Token)).ShouldBeNull();
    }

    [Fact]
    public async Task Pages_follow_the_ids_and_neither_repeat_nor_miss()
    {
        await using var rig = new StoreRig();
        foreach (var number in Enumerable.Range(1, 7).Reverse())
        {
            await rig.Store.CommitAsync([InstanceTable.Insert(Samples.Instance(number))], Token);
        }

        var seen = new List<Guid>();
        VnfInstanceId? after = null;
        for (var page = await rig.Store.InstancesAsync(after, 3, Token);
             page.Length > 0;
             page = await rig.Store.InstancesAsync(after, 3, Token))
        {
            seen.AddRange(page.Select(instance => instance.Id.Value));
            after = page[^1].Id;
        }

        seen.ShouldBe(Enumerable.Range(1, 7).Select(Samples.Id));
    }

    [Fact]
    public async Task An_instance_has_one_open_occurrence_and_any_number_of_ended_ones()
    {
        await using var rig = new StoreRig();
        var first = Samples.Operation(1, 9);
        await rig.Store.CommitAsync(
            [InstanceTable.Insert(Samples.Instance(9)), OccurrenceTable.Insert(first)], Token);

        await Should.ThrowAsync<StoreConflictException>(
            rig.Store.CommitAsync([OccurrenceTable.Insert(Samples.Operation(2, 9))], Token));
        await Should.ThrowAsync<StoreConflictException>(
            rig.Store.CommitAsync([OccurrenceTable.DemandNoneOpen(first.VnfInstanceId)], Token));
        await rig.Store.CommitAsync([OccurrenceTable.Insert(Samples.Operation(3, 8))], Token);

        var ended = first.Moved(LcmTrigger.Refused, null, Samples.Noon);
        await rig.Store.CommitAsync([OccurrenceTable.Update(ended)], Token);
        await rig.Store.CommitAsync([OccurrenceTable.DemandNoneOpen(first.VnfInstanceId)], Token);
        await rig.Store.CommitAsync([OccurrenceTable.Insert(Samples.Operation(2, 9))], Token);

        (await rig.Store.FindOpenOccurrenceAsync(first.VnfInstanceId, Token))!.Id.Value.ShouldBe(Samples.Id(2));
        (await rig.Store.OpenOccurrencesAsync(Token)).Select(o => o.Id.Value)
            .ShouldBe([Samples.Id(2), Samples.Id(3)]);
        (await rig.Store.OccurrencesAsync(null, 10, Token)).Length.ShouldBe(3);
        (await rig.Store.FindOccurrenceAsync(first.Id, Token))!.State.ShouldBe(LcmOperationState.RolledBack);
    }

    [Fact]
    public async Task The_epoch_of_a_vnfc_never_falls()
    {
        await using var rig = new StoreRig();
        var vnfc = Samples.Vnfc(1, 2);
        await rig.Store.CommitAsync([VnfcTable.Insert(vnfc)], Token);

        await Should.ThrowAsync<StoreConflictException>(
            rig.Store.CommitAsync([VnfcTable.Update(vnfc.Vnfc with { Epoch = 3 })], Token));
        await rig.Store.CommitAsync([VnfcTable.Update(vnfc.Vnfc with { Epoch = 5, Agent = "dmona2" })], Token);
        await Should.ThrowAsync<StoreConflictException>(
            rig.Store.CommitAsync([VnfcTable.Update(vnfc.Vnfc with { Epoch = 6 })], Token));

        var read = (await rig.Store.VnfcsAsync(vnfc.Vnfc.VnfInstanceId, Token)).ShouldHaveSingleItem();
        read.Vnfc.ShouldBe(vnfc.Vnfc with { Epoch = 5, Agent = "dmona2", Version = 1 });
        read.Monitoring.Kpis.ShouldBe(vnfc.Monitoring.Kpis);
        read.Monitoring.Rules.ShouldHaveSingleItem().Actions.ShouldBe(vnfc.Monitoring.Rules[0].Actions);
        (await rig.Store.AllVnfcsAsync(Token)).Length.ShouldBe(1);
    }

    [Fact]
    public async Task A_level_is_replaced_unless_a_newer_epochs_is_stored_or_its_vm_is_gone()
    {
        await using var rig = new StoreRig();
        var vnfc = Samples.Vnfc(1, 2);
        StoredLevel Level(long epoch, int falses) => new(
            vnfc.Target, new(epoch), [new CarriedKpi("VM_ALIVE", new KpiState(true, 0, falses), null, null, 1)],
            Samples.Noon);

        await rig.Store.CommitAsync([LevelTable.Put(Level(1, 1))], Token);
        (await rig.Store.LevelsAsync(Token)).ShouldBeEmpty();

        await rig.Store.CommitAsync([VnfcTable.Insert(vnfc), LevelTable.Put(Level(4, 1))], Token);
        await rig.Store.CommitAsync([LevelTable.Put(Level(3, 2))], Token);
        (await rig.Store.LevelsAsync(Token)).Single().Kpis[0].State.Falses.ShouldBe(1);
        await rig.Store.CommitAsync([LevelTable.Put(Level(4, 2))], Token);
        (await rig.Store.LevelsAsync(Token)).Single().Kpis[0].ShouldBe(Level(4, 2).Kpis[0]);
        await rig.Store.CommitAsync([LevelTable.Delete(vnfc.Target)], Token);
        (await rig.Store.LevelsAsync(Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Events_are_read_after_an_id_and_by_instance()
    {
        await using var rig = new StoreRig();
        await rig.Store.CommitAsync(
            [.. Enumerable.Range(1, 6).Select(n => EventTable.Append(Samples.Event(n, instance: n % 2)))], Token);

        (await rig.Store.EventsAsync(2, null, 3, Token)).Select(e => e.Id).ShouldBe([3, 4, 5]);
        (await rig.Store.EventsAsync(0, new VnfInstanceId(Samples.Id(1)), 10, Token)).Select(e => e.Event.Detail)
            .ShouldBe(["event 1", "event 3", "event 5"]);
        (await rig.Store.EventsAsync(0, null, 1, Token)).Single().Event.ShouldBe(Samples.Event(1, 1));
    }

    [Fact]
    public async Task A_subscription_starts_at_the_end_of_the_log_and_its_cursor_never_goes_back()
    {
        await using var rig = new StoreRig();
        var entry = new NotificationEntry(
            Samples.Id(1), "VnfIdentifierCreationNotification", Samples.Noon,
            NotifiedInstance.Of(Samples.Instance(1)), Samples.Operation(1, 2));
        var row = new SubscriptionRow(
            Samples.Id(1), "http://127.0.0.1:1/x", null, null, "FULL", Start: 77, Cursor: 88, Samples.Noon);
        await rig.Store.CommitAsync([NotificationTable.Append(entry), NotificationTable.Append(entry)], Token);
        await rig.Store.CommitAsync([SubscriptionTable.Insert(row)], Token);
        await rig.Store.CommitAsync([NotificationTable.Append(entry)], Token);

        (await rig.Store.FindSubscriptionAsync(row.Id, Token)).ShouldBe(row with { Start = 2, Cursor = 2 });
        await rig.Store.CommitAsync([SubscriptionTable.Advance(row.Id, 3)], Token);
        await rig.Store.CommitAsync([SubscriptionTable.Advance(row.Id, 1)], Token);
        (await rig.Store.FindSubscriptionAsync(row.Id, Token))!.Cursor.ShouldBe(3);
        await rig.Store.CommitAsync([SubscriptionTable.Suspend(row.Id, Samples.Noon, 5, 2)], Token);

        var expected = row with { Start = 2, Cursor = 5, SuspendedAt = Samples.Noon, Dropped = 2 };
        (await rig.Store.SubscriptionsAsync(Token)).ShouldBe([expected]);
        (await rig.Store.NotificationsAsync(1, 10, Token)).Select(n => n.Position).ShouldBe([2, 3]);
        (await rig.Store.NotificationsAsync(2, 1, Token)).Single().Entry.Operation!.Id.Value.ShouldBe(Samples.Id(1));
        await rig.Store.CommitAsync([SubscriptionTable.Delete(row.Id)], Token);
        await Should.ThrowAsync<StoreConflictException>(
            rig.Store.CommitAsync([SubscriptionTable.Delete(row.Id)], Token));
    }

    [Fact]
    public async Task Agents_and_packages_are_kept()
    {
        await using var rig = new StoreRig();
        var agent = new AgentRow("dmona1", "s", 10, "1.0", [1, 2, 255], false, Samples.Noon, Samples.Noon);
        var package = new PackageRow(
            Samples.Id(1), "vnfd-web", System.Text.Json.JsonElement.Parse("""{"a":1}"""), Samples.Noon);
        await rig.Store.CommitAsync([AgentTable.Put(agent), PackageTable.Insert(package)], Token);
        await rig.Store.CommitAsync([AgentTable.Put(agent with { IsDraining = true })], Token);

        var read = (await rig.Store.AgentsAsync(Token)).ShouldHaveSingleItem();
        read.KeyHash.ShouldBe(agent.KeyHash);
        read.IsDraining.ShouldBeTrue();
        (await rig.Store.FindPackageAsync("vnfd-web", Token))!.Id.ShouldBe(package.Id);
        (await rig.Store.FindPackageAsync("none", Token)).ShouldBeNull();
        await Should.ThrowAsync<StoreConflictException>(
            rig.Store.CommitAsync([PackageTable.Insert(package with { Id = Samples.Id(2) })], Token));
        await rig.Store.CommitAsync([PackageTable.Delete(package.Id), AgentTable.Delete("dmona1")], Token);
        (await rig.Store.PackagesAsync(Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_stored_is_there_after_a_restart()
    {
        var directory = StoreRig.NewDirectory();
        await using (var rig = new StoreRig(directory))
        {
            await rig.Store.CommitAsync([InstanceTable.Insert(Samples.Instance(1))], Token);
        }

        await using (var rig = new StoreRig(directory))
        {
            (await rig.Store.InstancesAsync(null, 10, Token)).Length.ShouldBe(1);
        }

        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task A_reader_is_woken_by_its_topic_and_misses_none()
    {
        await using var rig = new StoreRig();
        var first = await rig.Store.WaitAsync(Topics.Events, 0, Token);
        var waiting = rig.Store.WaitAsync(Topics.Events, first, Token);
        var either = rig.Store.WaitAsync(Topics.Events | Topics.Notifications, first, Token);
        var other = rig.Store.WaitAsync(Topics.Notifications, first, Token);

        await rig.Store.CommitAsync([EventTable.Append(Samples.Event(1, 1))], Token);
        var second = await waiting;
        (await either).ShouldBe(second);
        other.IsCompleted.ShouldBeFalse();

        await rig.Store.CommitAsync([EventTable.Append(Samples.Event(2, 1))], Token);
        (await rig.Store.WaitAsync(Topics.Events, second, Token)).ShouldBeGreaterThan(second);
    }

    [Fact]
    public async Task Occurrences_at_rest_are_not_read_as_work_and_those_in_FAILED_TEMP_are_found_by_their_age()
    {
        await using var rig = new StoreRig();
        VnfLcmOpOcc Failed(int n, bool isUnattended, int minutes) =>
            (Samples.Operation(n, n) with { LeavesFailedTempUnattended = isUnattended })
                .Moved(LcmTrigger.Admitted, null, Samples.Noon)
                .Moved(LcmTrigger.Interrupted, null, Samples.Noon.AddMinutes(minutes));
        var ended = Samples.Operation(5, 5).Moved(LcmTrigger.Refused, null, Samples.Noon);
        ImmutableArray<VnfLcmOpOcc> all =
        [
            Samples.Operation(1, 1), Failed(2, isUnattended: false, 2), Failed(3, isUnattended: true, 1),
            Failed(4, false, 9),
            ended,
        ];
        await rig.Store.CommitAsync([.. all.Select(OccurrenceTable.Insert)], Token);

        (await rig.Store.OccurrencesAtWorkAsync(Token)).Select(o => o.Id.Value)
            .ShouldBe([Samples.Id(1), Samples.Id(3)], ignoreOrder: true);
        (await rig.Store.FailedTempAsync(Token)).Select(o => o.Id.Value)
            .ShouldBe([Samples.Id(3), Samples.Id(2), Samples.Id(4)]);

        await rig.Store.CommitAsync(
            [OccurrenceTable.Update(all[1].Moved(LcmTrigger.RetryRequested, null, Samples.Noon))], Token);
        (await rig.Store.OccurrencesAtWorkAsync(Token)).Length.ShouldBe(3);
        (await rig.Store.FailedTempAsync(Token)).Length.ShouldBe(2);
    }
}
