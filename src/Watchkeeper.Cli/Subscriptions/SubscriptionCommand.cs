using System.CommandLine;

namespace Watchkeeper.Cli.Subscriptions;

/// <summary><c>wk subscription</c>: who is told.</summary>
internal static class SubscriptionCommand
{
    public static Command Create() => Verb.Noun(
        "subscription", "Subscriptions to notifications.", ListSubscriptions.Create(), DeleteSubscription.Create());
}
