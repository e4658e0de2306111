using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Lifecycle.Operations;

namespace Watchkeeper.Server.Operations.MonitoringMigration;

/// <summary>A migrate request that was read and found well-formed: which agent, under which key.</summary>
/// <param name="MonitoringAgent">The agent reference as the client sent it.</param>
/// <param name="Key">The key under which it is stored.</param>
internal sealed record MigrateRequest(
    [property: JsonPropertyName("monitoring_agent")] string MonitoringAgent,
    [property: JsonPropertyName("key")] string Key)
{
    /// <summary>The longest key, in characters (IdentifierInVnfd).</summary>
    public const int LongestKey = 255;

    /// <summary>The agent asked for.</summary>
    [JsonIgnore]
    public AgentAddress Agent => AgentAddress.Stored(MonitoringAgent);

    /// <summary>The request as it is kept in the occurrence.</summary>
    public JsonElement ToParameters() => JsonSerializer.SerializeToElement(this, MigrationJson.Default.MigrateRequest);

    /// <summary>The request that an occurrence was opened with.</summary>
    public static MigrateRequest Of(VnfLcmOpOcc operation) =>
        operation.Parameters?.Deserialize(MigrationJson.Default.MigrateRequest)
        ?? throw new InvalidOperationException($"Operation {operation.Id} has no parameters.");

    /// <summary>
    /// Reads the body: canonical <c>monitoring_agent</c> or its alias <c>monitoringAgent</c>, and <c>key</c>.
    /// </summary>
    /// <param name="body">The body, valid JSON without duplicate members.</param>
    /// <param name="request">The request, when it is well-formed.</param>
    /// <param name="whyNot">What is wrong, naming the attribute, when it is not.</param>
    public static bool TryRead(
        JsonElement body,
        [NotNullWhen(true)] out MigrateRequest? request,
        [NotNullWhen(false)] out string? whyNot)
    {
        request = null;
        if (body.ValueKind != JsonValueKind.Object)
        {
            whyNot = "The body must be a JSON object.";
            return false;
        }

        if (!TryText(body, "monitoring_agent", out var canonical, out whyNot)
            || !TryText(body, "monitoringAgent", out var alias, out whyNot)
            || !TryText(body, "key", out var key, out whyNot))
        {
            return false;
        }

        if (canonical is not null && alias is not null && !string.Equals(canonical, alias, StringComparison.Ordinal))
        {
            whyNot = "monitoring_agent and monitoringAgent are both present and differ.";
            return false;
        }

        var agent = canonical ?? alias;
        whyNot = WhyNot(agent, key);
        if (whyNot is not null)
        {
            return false;
        }

        request = new MigrateRequest(agent!, key!);
        return true;
    }

    private static string? WhyNot(string? agent, string? key) => (agent, key) switch
    {
        (null, _) => "monitoring_agent is missing.",
        (_, null) => "key is missing.",
        (_, { Length: 0 }) => "key is empty.",
        (_, { Length: > LongestKey }) => $"key is longer than {LongestKey} characters.",
        _ => AgentAddress.TryParse(agent, out _, out var whyNot) ? null : $"monitoring_agent: {whyNot}.",
    };

    private static bool TryText(
        JsonElement body, string name, out string? text, [NotNullWhen(false)] out string? whyNot)
    {
        text = null;
        whyNot = null;
        if (!body.TryGetProperty(name, out var value))
        {
            return true;
        }

        if (value.ValueKind != JsonValueKind.String)
        {
            whyNot = $"{name} must be a string.";
            return false;
        }

        text = value.GetString();
        return true;
    }
}
