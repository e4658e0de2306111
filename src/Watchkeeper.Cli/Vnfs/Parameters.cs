using System.Text.Json;

namespace Watchkeeper.Cli.Vnfs;

/// <summary>Reads additional parameters as a person types them: <c>K=V</c>.</summary>
internal static class Parameters
{
    /// <summary>The parameters; a key given twice has its last value.</summary>
    public static SortedDictionary<string, JsonElement> Read(IEnumerable<string> given)
    {
        var parameters = new SortedDictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var pair in given)
        {
            var at = pair.IndexOf('=', StringComparison.Ordinal);
            if (at <= 0)
            {
                throw new WkException($"'{pair}' is not of the form KEY=VALUE.");
            }

            parameters[pair[..at]] = Value(pair[..at], pair[(at + 1)..]);
        }

        return parameters;
    }

    private static JsonElement Value(string key, string text)
    {
        var isMeantAsJson = text is ['{', ..] or ['[', ..] or ['"', ..];
        try
        {
            var value = JsonElement.Parse(text);
            return isMeantAsJson || value.ValueKind is JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False
                ? value
                : JsonSerializer.SerializeToElement(text);
        }
        catch (JsonException failure)
        {
            return isMeantAsJson
                ? throw new WkException($"The value of '{key}' begins like JSON but is none: {failure.Message}")
                : JsonSerializer.SerializeToElement(text);
        }
    }
}
