using System.Text.Json;
using Watchkeeper.Lifecycle.Operations;

namespace Watchkeeper.Server.Engine;

/// <summary>The standard's spelling of operations and states, for people and metrics.</summary>
internal static class Spelling
{
    /// <summary>For example <c>MONITORING_MIGRATION</c>.</summary>
    public static string Of(LcmOperationType operation) => Upper(operation.ToString());

    /// <summary>For example <c>FAILED_TEMP</c>.</summary>
    public static string Of(LcmOperationState state) => Upper(state.ToString());

    private static string Upper(string name) => JsonNamingPolicy.SnakeCaseUpper.ConvertName(name);
}
