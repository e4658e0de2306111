using System.Text.Json;
using Watchkeeper.Lifecycle.Operations;

namespace Watchkeeper.Server.Engine;

/// <summary>The standard's spelling of operations and states, for clients, people and metrics.</summary>
internal static class Spelling
{
    /// <summary>All operations that a filter may name: the standard's, and MONITORING_MIGRATION.</summary>
    public static ImmutableArray<string> Operations =>
    [
        "INSTANTIATE", "SCALE", "SCALE_TO_LEVEL", "CHANGE_FLAVOUR", "TERMINATE", "HEAL", "OPERATE", "CHANGE_EXT_CONN",
        "MODIFY_INFO", "CREATE_SNAPSHOT", "REVERT_TO_SNAPSHOT", "CHANGE_VNFPKG", "MONITORING_MIGRATION",
    ];

    /// <summary>All states.</summary>
    public static ImmutableArray<string> States => [.. Enum.GetValues<LcmOperationState>().Select(Of)];

    /// <summary>For example <c>MONITORING_MIGRATION</c>.</summary>
    public static string Of(LcmOperationType operation) => Upper(operation.ToString());

    /// <summary>For example <c>FAILED_TEMP</c>.</summary>
    public static string Of(LcmOperationState state) => Upper(state.ToString());

    private static string Upper(string name) => JsonNamingPolicy.SnakeCaseUpper.ConvertName(name);
}
