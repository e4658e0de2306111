using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Server.Tests.Notifications;
using Server.Tests.Sol003;
using Server.Tests.Storage;
using System.Threading.Channels;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Notifications;
using Watchkeeper.Server.Storage;
using Watchkeeper.Server.Subscriptions;

namespace Server.Tests.Subscriptions;

public sealed class SubscriptionLimitTests
{
    private const string All = "/vnflcm/v2/subscriptions";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Many_at_once_do_not_pass_the_limit()
    {
        await using var rig = await ApiRig.StartAsync();
        await rig.Store.CommitAsync(
            [
                .. Enumerable.Range(1, SubscriptionRegister.Most - 2).Select(i => SubscriptionTable.Insert(
                    new SubscriptionRow(Samples.Id(i), "http://a.test/", null, null, "FULL", 0, 0, Samples.Noon))),
            ],
            Token);
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(
            _ => rig.SendAsync("POST", All, """{"callbackUri":"http://a.test/"}""")));
        answers.Count(a => a.StatusCode is not (HttpStatusCode.Created or HttpStatusCode.TooManyRequests)).ShouldBe(0);
        (await rig.Store.SubscriptionsAsync(Token)).Length.ShouldBeLessThanOrEqualTo(SubscriptionRegister.Most);
        var list = await rig.GetJsonAsync($"{All}?filter=(eq,verbosity,FULL)", "LccnSubscription", isList: true);
        list.GetArrayLength().ShouldBeLessThanOrEqualTo(SubscriptionRegister.Most);
    }

    [Fact]
    public async Task A_real_consumer_is_tested_and_told_over_real_sockets()
    {
        var received = Channel.CreateUnbounded<Received>();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        await using var consumer = builder.Build();
        consumer.MapMethods("/cb", ["GET", "POST"], async (HttpRequest request) =>
        {
            var body = await new StreamReader(request.Body).ReadToEndAsync(Token);
            await received.Writer.WriteAsync(
                new Received(request.Method, new Uri("http://x/"), request.Headers.Authorization, body), Token);
            return Results.NoContent();
        });
        await consumer.StartAsync(Token);
        await using var rig = await ApiRig.StartAsync(
            services => services.AddSingleton<ICallbackSender, HttpCallbackSender>());
        using var made = await rig.SendAsync(
            "POST", All, "{\"callbackUri\":\"" + consumer.Urls.First() + "/cb\"}");
        made.StatusCode.ShouldBe(HttpStatusCode.Created);
        (await received.Reader.ReadAsync(Token)).Method.ShouldBe("GET");
        await rig.Store.CommitAsync(
            [NotificationTable.Append(DeliveryRig.Entry(7, LcmOperationState.Starting, Samples.Noon))],
            Token);
        var told = await received.Reader.ReadAsync(Token);
        await told.Body.ShouldMeetEtsiAsync("VnfLcmOperationOccurrenceNotification");
        told.Json.GetProperty("_links").GetProperty("subscription").GetProperty("href").GetString()
            .ShouldBe(made.Headers.Location!.ToString());
    }
}
