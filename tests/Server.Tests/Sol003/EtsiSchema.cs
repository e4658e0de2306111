using NJsonSchema;

namespace Server.Tests.Sol003;

/// <summary>ETSI's JSON Schema, which every body that leaves must meet.</summary>
internal static class EtsiSchema
{
    /// <summary>Checks a body, and gives it back.</summary>
    public static async Task<string> ShouldMeetEtsiAsync(this string json, string type, bool isList = false)
    {
        var path = Path.Combine(AppContext.BaseDirectory, "testdata", "etsi-schemas", $"{type}.schema.json");
        var schema = await JsonSchema.FromFileAsync(path, TestContext.Current.CancellationToken);
        var checkedBy = isList ? new JsonSchema { Type = JsonObjectType.Array, Item = schema } : schema;
        checkedBy.Validate(json).Select(error => $"{error.Path}: {error.Kind}").ShouldBeEmpty(json);
        return json;
    }
}
