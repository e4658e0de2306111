using System.Text.Json.Nodes;
using NJsonSchema;

namespace Server.Tests.Sol003;

/// <summary>ETSI's JSON Schema, which every body that leaves must meet.</summary>
internal static class EtsiSchema
{
    // The source document's two values, which were added to ETSI's enumerations in testdata.
    private static readonly string[] s_added =
        ["MONITORING_MIGRATION", "InfrastructureOperationOccurrenceNotification"];

    /// <summary>Checks a body, and gives it back.</summary>
    public static Task<string> ShouldMeetEtsiAsync(this string json, string type, bool isList = false) =>
        MeetAsync(json, type, isList, text => text);

    /// <summary>Checks a body against what ETSI itself published, without the source document's values.</summary>
    public static Task<string> ShouldMeetEtsiAloneAsync(this string json, string type, bool isList = false) =>
        MeetAsync(json, type, isList, WithoutAdded);

    private static async Task<string> MeetAsync(string json, string type, bool isList, Func<string, string> change)
    {
        var path = Path.Combine(AppContext.BaseDirectory, "testdata", "etsi-schemas", $"{type}.schema.json");
        var text = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
        var schema = await JsonSchema.FromJsonAsync(change(text), path, TestContext.Current.CancellationToken);
        var checkedBy = isList ? new JsonSchema { Type = JsonObjectType.Array, Item = schema } : schema;
        checkedBy.Validate(json).Select(error => $"{error.Path}: {error.Kind}").ShouldBeEmpty(json);
        return json;
    }

    private static string WithoutAdded(string text)
    {
        var schema = JsonNode.Parse(text)!;
        var removed = Remove(schema);
        removed.ShouldBeGreaterThan(0, "testdata has something added here");
        return schema.ToJsonString();
    }

    private static int Remove(JsonNode? node) => node switch
    {
        JsonObject members => members.Sum(member => Remove(member.Value)),
        JsonArray items => items.ToList().Sum(Remove) + items.RemoveAll(IsAdded),
        _ => 0,
    };

    private static bool IsAdded(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<string>(out var text) && s_added.Contains(text);
}
