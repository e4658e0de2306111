using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Storage;

namespace Server.Tests.Storage;

public sealed class RetentionTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Only_the_newest_ended_occurrences_are_kept_and_every_open_one()
    {
        await using var rig = new StoreRig();
        await rig.Store.CommitAsync([OccurrenceTable.Insert(Samples.Operation(1, 1))], Token);
        await rig.Store.CommitAsync(
            [
                .. Enumerable.Range(2, Retention.MostAtOnce + 20).Select(n => OccurrenceTable.Insert(
                    Samples.Operation(n, n).Moved(LcmTrigger.Refused, null, Samples.Noon.AddSeconds(-n)))),
            ],
            Token);

        await Of(rig, new RetentionSettings(Occurrences: 3)).PruneAsync(Token);

        // The later a number, the longer it has been over.
        (await rig.Store.OccurrencesAsync(null, 1000, Token)).Select(o => o.Id.Value)
            .ShouldBe([Samples.Id(1), Samples.Id(2), Samples.Id(3), Samples.Id(4)]);
    }

    [Fact]
    public async Task Only_the_newest_events_are_kept_and_their_ids_are_never_given_again()
    {
        await using var rig = new StoreRig();
        await rig.Store.CommitAsync(
            [.. Enumerable.Range(1, Retention.MostAtOnce + 20).Select(n => EventTable.Append(Samples.Event(n, 1)))],
            Token);

        await Of(rig, new RetentionSettings(Events: 2)).PruneAsync(Token);
        (await rig.Store.EventsAsync(0, null, 10, Token)).Select(e => e.Id).ShouldBe([519, 520]);

        await Of(rig, new RetentionSettings(Events: 0)).PruneAsync(Token);
        await rig.Store.CommitAsync([EventTable.Append(Samples.Event(1, 1))], Token);
        (await rig.Store.EventsAsync(0, null, 10, Token)).Select(e => e.Id).ShouldBe([521]);
    }

    [Fact]
    public async Task A_subscription_that_is_served_again_meanwhile_keeps_what_it_has_not_had()
    {
        var gate = new Gate();
        await using var rig = new StoreRig(gate: gate);
        var entry = NotificationTable.Append(new NotificationEntry(
            Samples.Id(1), "t", Samples.Noon, NotifiedInstance.Of(Samples.Instance(1)), null));
        await rig.Store.CommitAsync(
            [
                SubscriptionTable.Insert(new(Samples.Id(1), "http://x", null, null, "FULL", 0, 0, Samples.Noon)),
                SubscriptionTable.Suspend(Samples.Id(1), Samples.Noon, 0, 0),
                .. Enumerable.Repeat(entry, Retention.MostAtOnce + 8),
            ],
            Token);

        var held = gate.Hold();
        var pruning = Of(rig, new RetentionSettings()).PruneAsync(Token);
        await held;
        var resuming = rig.Store.CommitAsync(
            [SubscriptionTable.Suspend(Samples.Id(1), null, Retention.MostAtOnce + 3, 0)], Token);
        gate.LetGo();
        await Task.WhenAll(pruning, resuming);

        (await rig.Store.NotificationsAsync(0, 100, Token)).Select(n => n.Position).ShouldContain(
            Retention.MostAtOnce + 4L);
    }

    [Fact]
    public async Task Notifications_go_when_the_slowest_subscription_has_had_them()
    {
        await using var rig = new StoreRig();
        var retention = Of(rig, new RetentionSettings());
        SubscriptionRow Row(int n) => new(Samples.Id(n), "http://x", null, null, "FULL", 0, 0, Samples.Noon);
        var entry = NotificationTable.Append(new NotificationEntry(
            Samples.Id(1), "t", Samples.Noon, NotifiedInstance.Of(Samples.Instance(1)), null));

        await rig.Store.CommitAsync([entry, entry], Token);
        await retention.PruneAsync(Token);
        (await rig.Store.NotificationsAsync(0, 10, Token)).ShouldBeEmpty();

        await rig.Store.CommitAsync([SubscriptionTable.Insert(Row(1)), SubscriptionTable.Insert(Row(2))], Token);
        await rig.Store.CommitAsync([entry, entry, entry, entry], Token);
        await retention.PruneAsync(Token);
        (await rig.Store.NotificationsAsync(0, 10, Token)).Select(n => n.Position).ShouldBe([3, 4, 5, 6]);

        await rig.Store.CommitAsync(
            [SubscriptionTable.Advance(Samples.Id(1), 6), SubscriptionTable.Advance(Samples.Id(2), 4)], Token);
        await retention.PruneAsync(Token);
        (await rig.Store.NotificationsAsync(0, 10, Token)).Select(n => n.Position).ShouldBe([5, 6]);
    }

    private static Retention Of(StoreRig rig, RetentionSettings settings) => new(
        rig.Store, rig.Contexts, settings, new FakeTimeProvider(), NullLogger<Retention>.Instance);
}
