using System.Text.Json;

namespace Watchkeeper.Cli.Api;

/// <summary>Reads members of the server's documents; what is absent or of another type reads as nothing.</summary>
internal static class JsonMembers
{
    /// <summary>A member, when there is one that is not null.</summary>
    public static JsonElement? Member(this JsonElement document, string name) =>
        document.ValueKind == JsonValueKind.Object
        && document.TryGetProperty(name, out var value)
        && value.ValueKind != JsonValueKind.Null
            ? value
            : null;

    /// <summary>A member as text for people; empty when there is none.</summary>
    public static string Text(this JsonElement document, string name) => document.Member(name) switch
    {
        null => "",
        { ValueKind: JsonValueKind.String } text => text.GetString() ?? "",
        { ValueKind: JsonValueKind.True } => "yes",
        { ValueKind: JsonValueKind.False } => "no",
        { } other => other.GetRawText(),
    };

    /// <summary>A number, when it is one.</summary>
    public static double? Number(this JsonElement document, string name) =>
        document.Member(name) is { ValueKind: JsonValueKind.Number } number ? number.GetDouble() : null;

    /// <summary>The elements of an array; none when it is none.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement document, string name) =>
        document.Member(name) is { ValueKind: JsonValueKind.Array } array ? array.EnumerateArray() : [];

    /// <summary>The elements of a document that is an array.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement document) =>
        document.ValueKind == JsonValueKind.Array ? document.EnumerateArray() : [];
}
