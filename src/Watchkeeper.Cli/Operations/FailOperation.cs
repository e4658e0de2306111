using System.CommandLine;

namespace Watchkeeper.Cli.Operations;

/// <summary><c>wk op fail</c>.</summary>
internal static class FailOperation
{
    private static readonly Argument<string> Operation = OperationCommand.Operation();

    public static Command Create() => Verb.Of("fail", "Give up a failed operation (FAILED_TEMP).", RunAsync, Operation);

    private static Task<int> RunAsync(Call call, CancellationToken cancellationToken) => OperationRequest.SendAsync(
        call, call.Arguments.GetRequiredValue(Operation), "fail", body: null, cancellationToken);
}
