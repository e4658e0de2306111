using System.CommandLine;
using Watchkeeper.Cli.Api;
using Watchkeeper.Cli.Vnfs;

namespace Watchkeeper.Cli.Operations;

/// <summary><c>wk op</c>: the lifecycle operations and what a person may ask of one.</summary>
internal static class OperationCommand
{
    public static Command Create() => Verb.Noun(
        "op",
        "Lifecycle operations.",
        ListOperations.Create(),
        ShowOperation.Create(),
        RetryOperation.Create(),
        RollBackOperation.Create(),
        FailOperation.Create(),
        CancelOperation.Create());

    /// <summary>The argument by which a verb is told its operation.</summary>
    public static Argument<string> Operation() => new("OP")
    {
        Description = "Id, or beginning of an id, of an operation occurrence; it must fit exactly one.",
    };

    /// <summary>The id of the one occurrence that an id, or the beginning of one, fits.</summary>
    public static async Task<string> FindAsync(ServerApi api, string given, CancellationToken cancellationToken)
    {
        if (Guid.TryParseExact(given, "D", out _))
        {
            return given;
        }

        var all = await api.ListAsync(Resource.Operations, cancellationToken);
        return VnfLookup.OneOf(all.Items().ToList(), given, "operation", nameMember: null);
    }
}
