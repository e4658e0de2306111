using System.CommandLine;

namespace Watchkeeper.Cli.Operations;

/// <summary><c>wk op rollback</c>.</summary>
internal static class RollBackOperation
{
    private const string Goal = "ROLLED_BACK";

    private static readonly Argument<string> Operation = OperationCommand.Operation();
    private static readonly Option<bool> Watch = OperationWatch.Option(Goal);

    public static Command Create() => Verb.Of(
        "rollback", "Undo a failed operation (FAILED_TEMP).", RunAsync, Operation, Watch);

    private static Task<int> RunAsync(Call call, CancellationToken cancellationToken) => OperationRequest.FollowAsync(
        call,
        call.Arguments.GetRequiredValue(Operation),
        "rollback",
        call.Arguments.GetValue(Watch),
        Goal,
        cancellationToken);
}
