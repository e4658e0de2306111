using System.Text.Json;
using Watchkeeper.Lifecycle.Faults;

namespace Watchkeeper.Server.Sol003;

/// <summary>Looks once over a JSON text for what is well-formed and still not taken: too deep, too long a name, a
/// member twice.</summary>
internal static class JsonScan
{
    /// <summary>What is wrong with the text; null when nothing is.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    /// <exception cref="InvalidOperationException">It has text that is not Unicode.</exception>
    public static Fault? Objection(ReadOnlySpan<byte> utf8)
    {
        // The reader's own limit is lifted: what is too deep is a 422, what is broken is a 400, and broken wins.
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = JsonBody.Largest });
        var members = new Stack<HashSet<string>>();
        Fault? fault = null;
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject:
                    members.Push(new HashSet<string>(StringComparer.Ordinal));
                    fault ??= TooDeep(reader.CurrentDepth);
                    break;
                case JsonTokenType.StartArray:
                    fault ??= TooDeep(reader.CurrentDepth);
                    break;
                case JsonTokenType.EndObject:
                    members.Pop();
                    break;
                case JsonTokenType.PropertyName:
                    fault ??= NameObjection(reader.GetString()!, members.Peek());
                    break;
                case JsonTokenType.String:
                    _ = reader.GetString();
                    break;
            }
        }

        return fault;
    }

    // Depth as the reader counts it: 0 at the outermost bracket.
    private static Fault? TooDeep(int depth) =>
        depth + 1 > JsonBody.Deepest ? RequestFaults.TooDeep(JsonBody.Deepest) : null;

    private static Fault? NameObjection(string name, HashSet<string> siblings) =>
        name.Length > JsonBody.LongestName ? RequestFaults.NameTooLong(JsonBody.LongestName)
        : !siblings.Add(name) ? RequestFaults.DuplicateMember(name)
        : null;
}
