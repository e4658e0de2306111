using System.CommandLine;
using System.Text.Json;
using Watchkeeper.Cli.Api;

namespace Watchkeeper.Cli.Operations;

/// <summary>Follows an operation until it ends, showing each state that it is seen in.</summary>
internal static class OperationWatch
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(100);

    // The VNFM may take the way out of FAILED_TEMP by itself, at once: seen this often in a row, it rests there.
    private const int BeatsAtRest = 10;

    /// <summary>The option that asks for it.</summary>
    public static Option<bool> Option(string goal = "COMPLETED") => new("--watch")
    {
        Description = $"Show the states until it ends; exit 0 only if {goal}.",
    };

    /// <summary>Shows the occurrence that a request opened: at once, or when it has ended.</summary>
    public static Task<int> FollowAsync(Call call, string id, bool isWatching, CancellationToken cancellationToken) =>
        FollowAsync(call, id, isWatching, "COMPLETED", cancellationToken);

    /// <summary>The same for a request whose goal may be another end: a rollback wants ROLLED_BACK.</summary>
    public static async Task<int> FollowAsync(
        Call call, string id, bool isWatching, string goal, CancellationToken cancellationToken)
    {
        if (isWatching)
        {
            var ended = await UntilRestAsync(call.Api, id, call.Time, state => Say(call, state), cancellationToken);
            ShowOperation.Show(call, ended);
            return Verdict(call, ended, goal);
        }

        if (call.Page.IsJson)
        {
            call.Page.Json(await call.Api.GetAsync(Resource.Of(Resource.Operations, id), cancellationToken));
        }
        else
        {
            call.Page.Line($"operation {id} is under way (wk op show {id})");
        }

        return ExitCode.Done;
    }

    /// <summary>The occurrence when it has ended, or rests in FAILED_TEMP.</summary>
    public static async Task<JsonElement> UntilRestAsync(
        ServerApi api, string id, TimeProvider time, Action<JsonElement> seen, CancellationToken cancellationToken)
    {
        var last = "";
        for (var stays = 0; ;)
        {
            var operation = await api.GetAsync(Resource.Of(Resource.Operations, id), cancellationToken);
            var state = operation.Text("operationState");
            stays = state == last ? stays + 1 : 0;
            if (stays == 0)
            {
                seen(operation);
                last = state;
            }

            if (state is "COMPLETED" or "FAILED" or "ROLLED_BACK" || (state == "FAILED_TEMP" && stays >= BeatsAtRest))
            {
                return operation;
            }

            await Task.Delay(Beat, time, cancellationToken);
        }
    }

    private static void Say(Call call, JsonElement operation) => call.Page.Progress(
        $"{operation.Text("stateEnteredTime")}  {operation.Text("operation")} {operation.Text("operationState")}"
        + (ShowOperation.ErrorOf(operation) is { Length: > 0 } error ? $": {error}" : ""));

    private static int Verdict(Call call, JsonElement operation, string goal)
    {
        var state = operation.Text("operationState");
        if (state == goal)
        {
            return ExitCode.Done;
        }

        var wayOut = WaysOut(operation) is { Length: > 0 } offered ? $" It waits for wk op {offered}." : "";
        var why = ShowOperation.ErrorOf(operation) is { Length: > 0 } error ? $": {error}" : ".";
        call.Page.Remark($"The operation is {state}{why}{wayOut}");
        return ExitCode.Failed;
    }

    // What the server offers. A migration that has updated nothing has nothing to roll back, and fails at that again.
    private static string WaysOut(JsonElement operation)
    {
        var isRollbackVain = operation.Member("monitoringMigration") is not null
            && operation.Member("changedInfo") is null;
        string[] offered =
        [
            .. ((string[])["retry", "rollback", "fail"]).Where(task =>
                operation.Member("_links")?.Member(task) is not null && !(task == "rollback" && isRollbackVain)),
        ];
        return offered.Length < 2 ? string.Concat(offered)
            : $"{string.Join(", ", offered[..^1])} or {offered[^1]}";
    }
}
