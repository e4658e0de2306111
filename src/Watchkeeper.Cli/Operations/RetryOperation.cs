using System.CommandLine;

namespace Watchkeeper.Cli.Operations;

/// <summary><c>wk op retry</c>.</summary>
internal static class RetryOperation
{
    private const string Goal = "COMPLETED";

    private static readonly Argument<string> Operation = OperationCommand.Operation();
    private static readonly Option<bool> Watch = OperationWatch.Option(Goal);

    public static Command Create() => Verb.Of(
        "retry", "Try a failed operation (FAILED_TEMP) again.", RunAsync, Operation, Watch);

    private static Task<int> RunAsync(Call call, CancellationToken cancellationToken) => OperationRequest.FollowAsync(
        call,
        call.Arguments.GetRequiredValue(Operation),
        "retry",
        call.Arguments.GetValue(Watch),
        Goal,
        cancellationToken);
}
