using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Server.Tests.Storage;
using Watchkeeper.Server.Engine;
using Watchkeeper.Server.Faults;
using Watchkeeper.Server.Storage;

namespace Server.Tests.Faults;

public sealed class SubscriptionAlarmTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_suspended_subscription_is_one_alarm_until_it_is_told_again()
    {
        await using var rig = new StoreRig();
        await SubscribeAsync(rig.Store, 1);
        var round = Round(rig.Store);
        await round.LookAsync(Token);
        (await rig.Store.AlarmsAsync()).ShouldBe("");

        await rig.Store.CommitAsync([SubscriptionTable.Suspend(Samples.Id(1), Samples.Noon, 0, 7)], Token);
        await round.LookAsync(Token);
        await Round(rig.Store).LookAsync(Token);

        var alarm = (await rig.Store.OpenAlarmsAsync("SUBSCRIPTION_SUSPENDED", Token)).ShouldHaveSingleItem();
        (alarm.Subject, alarm.Instance, alarm.EventTime).ShouldBe((Samples.Id(1).ToString("D"), null, Samples.Noon));
        alarm.Details.ShouldBe(["http://a:8080 does not take its notifications; 7 of them were dropped"]);
        rig.Store.OpenAlarmsByCode().ShouldBe([new("SUBSCRIPTION_SUSPENDED", 1)]);
        await rig.Store.CommitAsync([SubscriptionTable.Suspend(Samples.Id(1), null, 0, 7)], Token);
        await round.LookAsync(Token);
        (await rig.Store.ToldAlarmsAsync()).ShouldBe("SUBSCRIPTION_SUSPENDED +, SUBSCRIPTION_SUSPENDED -");
    }

    [Fact]
    public async Task One_that_is_deleted_has_none_also_after_a_restart()
    {
        await using var rig = new StoreRig();
        await SubscribeAsync(rig.Store, 1);
        await rig.Store.CommitAsync([SubscriptionTable.Suspend(Samples.Id(1), Samples.Noon, 0, 0)], Token);
        await Round(rig.Store).LookAsync(Token);
        (await rig.Store.AlarmsAsync()).ShouldBe("SUBSCRIPTION_SUSPENDED!");

        await rig.Store.CommitAsync([SubscriptionTable.Delete(Samples.Id(1))], Token);
        await Round(rig.Store).LookAsync(Token);

        (await rig.Store.AlarmsAsync()).ShouldBe("SUBSCRIPTION_SUSPENDED");
    }

    [Fact]
    public async Task Open_alarms_are_measured_by_code_also_where_none_is_open()
    {
        await using var rig = new StoreRig();
        await rig.Store.CommitAsync(
            [.. AlarmTale.Raise(AlarmTale.Row(1)), .. AlarmTale.Raise(AlarmTale.Row(2))], Token);
        await using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var measured = new Dictionary<string, int>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, it) =>
        {
            if (instrument.Name == "watchkeeper.alarms.open"
                && ReferenceEquals(instrument.Meter.Scope, services.GetRequiredService<IMeterFactory>()))
            {
                it.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<int>((_, value, tags, _) => measured[(string)tags[0].Value!] = value);
        listener.Start();
        _ = new AlarmMetrics(services.GetRequiredService<IMeterFactory>(), rig.Store);

        listener.RecordObservableInstruments();

        measured["VM_DOWN"].ShouldBe(2);
        measured["AGENT_LOST"].ShouldBe(0);
        measured.ShouldNotContainKey("SCALING_FAILED");
    }

    private static Task SubscribeAsync(Store store, int number) => store.CommitAsync(
        [
            SubscriptionTable.Insert(new SubscriptionRow(
                Samples.Id(number), "http://a:8080/secret", null, null, "FULL", 0, 0, Samples.Noon)),
        ],
        Token);

    private static SuspendedSubscriptionAlarms Round(Store store)
    {
        var time = new FakeTimeProvider(Samples.Noon);
        return new(store, new AlarmWriting(store, new Version7Ids(time), time));
    }
}
