using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Engine;

namespace Watchkeeper.Server.OperationOccurrences;

/// <summary>How SOL003 spells operations and states.</summary>
internal static class LcmNames
{
    /// <summary>All operations that a filter may name: the standard's, and MONITORING_MIGRATION.</summary>
    public static ImmutableArray<string> Operations =>
    [
        "INSTANTIATE", "SCALE", "SCALE_TO_LEVEL", "CHANGE_FLAVOUR", "TERMINATE", "HEAL", "OPERATE", "CHANGE_EXT_CONN",
        "MODIFY_INFO", "CREATE_SNAPSHOT", "REVERT_TO_SNAPSHOT", "CHANGE_VNFPKG", "MONITORING_MIGRATION",
    ];

    /// <summary>All states.</summary>
    public static ImmutableArray<string> States => [.. Enum.GetValues<LcmOperationState>().Select(Print)];

    public static string Print(LcmOperationType operation) => Spelling.Of(operation);

    public static string Print(LcmOperationState state) => Spelling.Of(state);
}
