using System.Net;

namespace EndToEnd.Harness;

/// <summary>Subscribes a listener.</summary>
internal static class Subscriber
{
    /// <summary>Subscribes to everything that a filter lets through; the answer is the subscription's id.</summary>
    public static async Task<string> SubscribeAsync(this Rest rest, CallbackListener listener, string filter = "{}")
    {
        var created = await rest.PostAsync(
            "subscriptions", $$"""{"callbackUri":"{{listener.Address}}","filter":{{filter}}}""");
        created.Status.ShouldBe(HttpStatusCode.Created, created.Text);
        return created.Json.Text("id");
    }
}
