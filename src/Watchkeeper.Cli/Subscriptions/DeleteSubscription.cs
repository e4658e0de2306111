using System.CommandLine;
using Watchkeeper.Cli.Api;
using Watchkeeper.Cli.Vnfs;

namespace Watchkeeper.Cli.Subscriptions;

/// <summary><c>wk subscription delete</c>.</summary>
internal static class DeleteSubscription
{
    private static readonly Argument<string> Subscription = new("ID")
    {
        Description = "Its id, or the beginning of it.",
    };

    public static Command Create() => Verb.Of("delete", "Delete a subscription.", RunAsync, Subscription);

    private static async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        var given = call.Arguments.GetRequiredValue(Subscription);
        var all = await call.Api.ListAsync(Resource.Subscriptions, cancellationToken);
        var id = VnfLookup.OneOf(all.Items().ToList(), given, "subscription", nameMember: null);
        await call.Api.DeleteAsync(Resource.Of(Resource.Subscriptions, id), cancellationToken);
        call.Page.Done($"deleted subscription {id}");
        return ExitCode.Done;
    }
}
