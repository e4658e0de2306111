using System.Text.Json;

namespace EndToEnd.Harness;

/// <summary>Reads documents of the server.</summary>
internal static class JsonText
{
    /// <summary>A member as text; empty when there is none.</summary>
    public static string Text(this JsonElement document, string name) =>
        document.ValueKind == JsonValueKind.Object && document.TryGetProperty(name, out var value)
            ? value.ToString()
            : "";

    /// <summary>The elements of an array; none when there is none.</summary>
    public static ImmutableArray<JsonElement> Items(this JsonElement document, string name) =>
        document.TryGetProperty(name, out var array) ? [.. array.EnumerateArray()] : [];

    /// <summary>The names of a document's members.</summary>
    public static ImmutableArray<string> Names(this JsonElement document) =>
        [.. document.EnumerateObject().Select(member => member.Name)];
}
