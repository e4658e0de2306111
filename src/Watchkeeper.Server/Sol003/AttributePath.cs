using System.Text.Json;

namespace Watchkeeper.Server.Sol003;

/// <summary>The path of an attribute in a filter: finds all values that it leads to.</summary>
internal static class AttributePath
{
    /// <summary>Stands for the key of a map entry.</summary>
    public const string Key = "@key";

    /// <summary>The simple values at the end of a path; a list on the way stands for each of its elements.</summary>
    public static void Collect(JsonElement value, ReadOnlySpan<string> path, List<FilterValue> into)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Array:
                foreach (var element in value.EnumerateArray())
                {
                    Collect(element, path, into);
                }

                break;
            case JsonValueKind.Object when path.Length == 1 && path[0] == Key:
                into.AddRange(value.EnumerateObject().Select(entry => FilterValue.Of(entry.Name)));
                break;
            case JsonValueKind.Object when path.Length > 0:
                if (value.TryGetProperty(path[0], out var next))
                {
                    Collect(next, path[1..], into);
                }

                break;
            case JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False
                when path.Length == 0:
                into.Add(FilterValue.Of(value));
                break;
        }
    }
}
