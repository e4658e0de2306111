using Watchkeeper.Lifecycle.Faults;

namespace Watchkeeper.Server.Subscriptions;

/// <summary>What can be wrong with requests on subscriptions.</summary>
internal static class SubscriptionFaults
{
    // What the endpoint answered is never shown: our client could use us to read what it can't reach itself.
    public static Fault EndpointTestFailed(string why) => new(
        "faults/endpoint-test-failed", "The endpoint test failed", 422,
        $"callbackUri: the test GET must be answered with 204: {why}.");

    public static Fault TooMany(int most) => new(
        "faults/too-many-subscriptions", "There are too many subscriptions", 429,
        $"There are {most} subscriptions already, which is the most that are served.");
}
