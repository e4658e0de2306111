using Server.Tests.Storage;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Notifications;
using Watchkeeper.Server.Storage;

namespace Server.Tests.Notifications;

public sealed class DeliveryTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_subscriber_is_told_what_it_asked_for_in_the_order_of_the_log()
    {
        await using var rig = new DeliveryRig();
        await rig.TellAsync(1);
        await rig.SubscribeAsync(100, """{"operationStates":["PROCESSING","COMPLETED"]}""");
        rig.Start();
        await rig.TellAsync(2);
        await rig.TellAsync(3, LcmOperationState.Processing);
        await rig.TellAsync(4, LcmOperationState.FailedTemp);
        await rig.TellAsync(5, LcmOperationState.Completed);
        Id(await rig.Consumers.NextAsync()).ShouldBe(Samples.Id(3).ToString("D"));
        Id(await rig.Consumers.NextAsync()).ShouldBe(Samples.Id(5).ToString("D"));
    }

    [Fact]
    public async Task A_failed_delivery_is_repeated_with_the_same_id_before_anything_later_with_growing_waits()
    {
        await using var rig = new DeliveryRig();
        await rig.SubscribeAsync(100);
        rig.Consumers.Answer = _ => (500, "");
        rig.Start();
        await rig.TellAsync(1);
        await rig.TellAsync(2);
        var longest = TimeSpan.Zero;
        for (var failure = 1; failure <= 8; failure++)
        {
            Id(await rig.Consumers.NextAsync()).ShouldBe(Samples.Id(1).ToString("D"));
            var wait = await rig.Time.WaitBegunAsync(due => due != Deadline);
            var whole = TimeSpan.FromSeconds(Math.Min(60, Math.Pow(2, failure - 1)));
            wait.ShouldBeInRange(whole / 2, whole);
            longest = wait > longest ? wait : longest;
            if (failure > 1)
            {
                (await rig.DepthAsync()).ShouldBe(2);
            }

            if (failure == 8)
            {
                rig.Consumers.Answer = _ => (204, "");
            }

            rig.Time.Advance(wait);
        }

        longest.ShouldBeLessThanOrEqualTo(TimeSpan.FromMinutes(1));
        Id(await rig.Consumers.NextAsync()).ShouldBe(Samples.Id(1).ToString("D"));
        Id(await rig.Consumers.NextAsync()).ShouldBe(Samples.Id(2).ToString("D"));
    }

    [Fact]
    public async Task With_both_forms_each_state_is_told_twice_and_a_failure_between_them_repeats_no_other_id()
    {
        await using var rig = new DeliveryRig { Profile = NotificationProfile.Both };
        await rig.SubscribeAsync(100);
        rig.Consumers.Answer = received => IsStandard(received) ? (500, "") : (204, "");
        rig.Start();
        await rig.TellAsync(1);
        await rig.TellAsync(2);

        Id(await rig.Consumers.NextAsync()).ShouldBe(Samples.Id(1).ToString("D"));
        var failed = await rig.Consumers.NextAsync();
        IsStandard(failed).ShouldBeTrue();
        var wait = await rig.Time.WaitBegunAsync(due => due != Deadline);
        rig.Consumers.Answer = _ => (204, "");
        rig.Time.Advance(wait);

        Id(await rig.Consumers.NextAsync()).ShouldBe(Id(failed));
        Id(await rig.Consumers.NextAsync()).ShouldBe(Samples.Id(2).ToString("D"));
        IsStandard(await rig.Consumers.NextAsync()).ShouldBeTrue();
    }

    private static bool IsStandard(Received received) =>
        received.Json.GetProperty("notificationType").GetString() == NotificationTypes.OperationOccurrence;

    [Fact]
    public async Task A_dead_subscriber_and_a_hanging_one_delay_only_themselves()
    {
        await using var rig = new DeliveryRig();
        await rig.SubscribeAsync(100);
        await rig.SubscribeAsync(101);
        await rig.SubscribeAsync(102);
        rig.Consumers.Answer = received => received.Uri.Host switch
        {
            "consumer100.test" => (500, ""),
            "consumer101.test" => (null, ""),
            _ => (204, ""),
        };
        rig.Start();
        for (var i = 1; i <= 20; i++)
        {
            await rig.TellAsync(i);
        }

        var told = new List<string>();
        while (told.Count < 20)
        {
            var received = await rig.Consumers.NextAsync();
            if (received.Uri.Host == "consumer102.test")
            {
                told.Add(Id(received));
            }
        }

        told.ShouldBe(Enumerable.Range(1, 20).Select(i => Samples.Id(i).ToString("D")));
    }

    [Fact]
    public async Task A_subscriber_that_does_not_answer_is_given_up_at_the_deadline_and_asked_again()
    {
        await using var rig = new DeliveryRig();
        await rig.SubscribeAsync(100);
        rig.Consumers.Answer = _ => (null, "");
        rig.Start();
        await rig.TellAsync(1);
        await rig.Consumers.NextAsync();
        rig.Time.Advance(Deadline);
        var wait = await rig.Time.WaitBegunAsync(due => due != Deadline);
        rig.Consumers.Answer = _ => (204, "");
        rig.Time.Advance(wait);
        Id(await rig.Consumers.NextAsync()).ShouldBe(Samples.Id(1).ToString("D"));
    }

    [Fact]
    public async Task After_a_restart_deliveries_go_on_where_they_were()
    {
        await using var rig = new DeliveryRig();
        await rig.SubscribeAsync(100);
        rig.Consumers.Answer = received => (Id(received) == Samples.Id(3).ToString("D") ? 503 : 204, "");
        await rig.TellAsync(1);
        await rig.TellAsync(2);
        await rig.TellAsync(3);
        rig.Start();
        await rig.Consumers.NextAsync();
        await rig.Consumers.NextAsync();
        await rig.Consumers.NextAsync();

        // The cursor is stored before the wait begins.
        await rig.Time.WaitBegunAsync(due => due != Deadline);
        await rig.StopAsync();
        rig.Consumers.Answer = _ => (204, "");
        await rig.TellAsync(4);
        rig.Start();
        Id(await rig.Consumers.NextAsync()).ShouldBe(Samples.Id(3).ToString("D"));
        Id(await rig.Consumers.NextAsync()).ShouldBe(Samples.Id(4).ToString("D"));
    }

    [Fact]
    public async Task A_backlog_over_the_limit_suspends_and_a_test_that_succeeds_resumes()
    {
        await using var rig = new DeliveryRig { Limits = new() { MaxBacklog = 3 } };
        await rig.SubscribeAsync(100, """{"operationStates":["STARTING"]}""");
        rig.Consumers.Answer = _ => (500, "");
        for (var i = 1; i <= 5; i++)
        {
            await rig.TellAsync(i);
            await rig.TellAsync(50 + i, LcmOperationState.Completed);
        }

        rig.Start();
        (await rig.Consumers.NextAsync()).Method.ShouldBe("POST");

        // Suspended at once: the next wait is the one before the first test of the endpoint.
        var wait = await rig.Time.WaitBegunAsync(due => due > TimeSpan.FromSeconds(10));
        var suspended = (await rig.Store.FindSubscriptionAsync(Samples.Id(100), Token))!;
        suspended.SuspendedAt.ShouldNotBeNull();
        suspended.Dropped.ShouldBe(5);
        (await rig.MeasuredAsync("watchkeeper.notifications.dropped")).ShouldBe(5);
        await rig.TellAsync(6);

        rig.Time.Advance(wait);
        (await rig.Consumers.NextAsync()).Method.ShouldBe("GET");
        wait = await rig.Time.WaitBegunAsync(due => due > TimeSpan.FromSeconds(10));

        // Nobody waits for it, so it may be pruned; it was counted before.
        await rig.Store.CommitAsync([new Write("DELETE FROM notifications", [])], Token);
        rig.Consumers.Answer = _ => (204, "");
        rig.Time.Advance(wait);
        (await rig.Consumers.NextAsync()).Method.ShouldBe("GET");
        (await rig.MeasuredAsync("watchkeeper.notifications.dropped")).ShouldBe(1);
        await rig.TellAsync(7);
        Id(await rig.Consumers.NextAsync()).ShouldBe(Samples.Id(7).ToString("D"));
        (await rig.Store.FindSubscriptionAsync(Samples.Id(100), Token))!.Dropped.ShouldBe(6);
    }

    [Fact]
    public async Task What_waited_for_too_long_suspends_too()
    {
        await using var rig = new DeliveryRig();
        await rig.SubscribeAsync(100);
        rig.Consumers.Answer = _ => (500, "");
        await rig.TellAsync(1);
        rig.Time.Advance(TimeSpan.FromDays(8));
        rig.Start();
        await rig.Consumers.NextAsync();
        await rig.Time.WaitBegunAsync(due => due > TimeSpan.FromSeconds(10));
        (await rig.Store.FindSubscriptionAsync(Samples.Id(100), Token))!.Dropped.ShouldBe(1);
    }

    [Fact]
    public async Task A_subscription_that_ended_is_told_nothing_more()
    {
        await using var rig = new DeliveryRig();
        await rig.SubscribeAsync(100);
        await rig.SubscribeAsync(101);
        rig.Consumers.Answer = received => (received.Uri.Host == "consumer100.test" ? null : 204, "");
        rig.Start();
        await rig.TellAsync(1);
        await rig.Consumers.NextAsync();
        await rig.Consumers.NextAsync();
        await rig.Store.CommitAsync(
            [Watchkeeper.Server.Storage.SubscriptionTable.Delete(Samples.Id(100))], Token);

        // A third that is made now is told only once the list was read again, so the first has been stopped by then.
        await rig.SubscribeAsync(102);
        await rig.TellAsync(2);
        var hosts = new List<string>
        {
            (await rig.Consumers.NextAsync()).Uri.Host,
            (await rig.Consumers.NextAsync()).Uri.Host,
        };
        hosts.Order(StringComparer.Ordinal).ShouldBe(["consumer101.test", "consumer102.test"]);
        rig.Time.Advance(TimeSpan.FromMinutes(10));
        await rig.TellAsync(3);
        (await rig.Consumers.NextAsync()).Uri.Host.ShouldNotBe("consumer100.test");
        (await rig.Consumers.NextAsync()).Uri.Host.ShouldNotBe("consumer100.test");
    }

    private static string Id(Received received) => received.Json.GetProperty("id").GetString()!;
}
