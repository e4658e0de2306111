using System.CommandLine;

namespace Watchkeeper.Cli.Operations;

/// <summary><c>wk op cancel</c>.</summary>
internal static class CancelOperation
{
    private static readonly Argument<string> Operation = OperationCommand.Operation();

    private static readonly Option<bool> Forceful = new("--forceful")
    {
        Description = "Break off what is under way instead of letting it end.",
    };

    public static Command Create() => Verb.Of("cancel", "Cancel a running operation.", RunAsync, Operation, Forceful);

    private static Task<int> RunAsync(Call call, CancellationToken cancellationToken) => OperationRequest.SendAsync(
        call,
        call.Arguments.GetRequiredValue(Operation),
        "cancel",
        new { cancelMode = call.Arguments.GetValue(Forceful) ? "FORCEFUL" : "GRACEFUL" },
        cancellationToken);
}
