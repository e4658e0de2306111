using System.CommandLine;
using System.Text.Json;
using Watchkeeper.Cli.Api;
using Watchkeeper.Cli.Output;

namespace Watchkeeper.Cli.Operations;

/// <summary><c>wk op show</c>.</summary>
internal static class ShowOperation
{
    // Longer than any poll period that a VM's aliveness is judged by should be.
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);

    private static readonly Argument<string> Operation = OperationCommand.Operation();

    public static Command Create() => Verb.Of("show", "Show an operation.", RunAsync, Operation);

    private static async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        var id = await OperationCommand.FindAsync(
            call.Api, call.Arguments.GetRequiredValue(Operation), cancellationToken);
        Show(call, await call.Api.GetAsync(Resource.Of(Resource.Operations, id), cancellationToken));
        return ExitCode.Done;
    }

    /// <summary>Shows an occurrence, and what a migration has to say of its own.</summary>
    public static void Show(Call call, JsonElement operation)
    {
        var page = call.Page;
        if (page.IsJson)
        {
            page.Json(operation);
            return;
        }

        var table = Page.TableOf("PROPERTY", "VALUE");
        table.Property("id", operation.Text("id"));
        table.Property("VNF", operation.Text("vnfInstanceId"));
        table.Property("operation", operation.Text("operation"));
        table.Property("state", operation.Text("operationState"));
        table.Property("started", operation.Text("startTime"));
        table.Property("state since", operation.Text("stateEnteredTime"));
        table.Property("automatic", operation.Text("isAutomaticInvocation"));
        table.Property("request", operation.Text("operationParams"));
        table.Property("changed", operation.Text("changedInfo"));
        table.Property("error", ErrorOf(operation));
        foreach (var warning in operation.Items("warnings"))
        {
            table.Property("warning", warning.ToString());
        }

        page.Show(table);
        if (operation.Member("monitoringMigration") is { } migration)
        {
            ShowHandOver(page, migration, IsOver(operation, call.Time));
        }
    }

    /// <summary>Why an occurrence stopped; empty when it did not.</summary>
    public static string ErrorOf(JsonElement operation) => operation.Member("error") is { } error
        ? error.Text("detail") is { Length: > 0 } detail ? detail : error.Text("title")
        : "";

    // What no first probe has ended by then, none will: the VM was moved again, or is gone.
    private static bool IsOver(JsonElement operation, TimeProvider time) =>
        operation.Member("stateEnteredTime") is { } entered
        && time.GetUtcNow() - entered.GetDateTimeOffset() > LongestWait;

    private static void ShowHandOver(Page page, JsonElement migration, bool isOver)
    {
        page.Line($"{migration.Text("from")} -> {migration.Text("to")} (key {migration.Text("key")})");
        var table = Page.TableOf("VNFC", "UNSET", "SET", "GAP MS", "EXCESS GAP MS", "POLL MS");
        foreach (var vnfc in migration.Items("vnfcs"))
        {
            table.Row(
                vnfc.Text("vnfcInstanceId"),
                vnfc.Text("unset"),
                vnfc.Text("set"),
                Gap(vnfc, "gapMs", isOver),
                Gap(vnfc, "excessGapMs", isOver),
                Milliseconds(vnfc, "pollMs"));
        }

        page.Show(table);
    }

    // A gap ends with the new agent's first probe: where nothing was set there will be none. Where the old agent did
    // not answer, it begins with what that one had reported last.
    private static string Gap(JsonElement vnfc, string name, bool isOver) =>
        Milliseconds(vnfc, name) is { Length: > 0 } known
            ? vnfc.Text("estimated") == "true" ? $"about {known}" : known
        : vnfc.Text("set") != "SUCCESS" ? ""
        : isOver ? "not known"
        : "not yet";

    private static string Milliseconds(JsonElement vnfc, string name) => vnfc.Number(name)?.ToString("0.#") ?? "";
}
