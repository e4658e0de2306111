using System.Text.Json;
using System.Text.Json.Serialization;
using Watchkeeper.Server.Sol003;

namespace Watchkeeper.Server.OperationOccurrences;

/// <summary>An operation occurrence as clients see it (SOL003 <c>VnfLcmOpOcc</c>, 5.5.2.13).</summary>
internal sealed record VnfLcmOpOccResponse
{
    public required string Id { get; init; }

    public required string OperationState { get; init; }

    [JsonConverter(typeof(UtcMilliseconds))]
    public required DateTimeOffset StateEnteredTime { get; init; }

    [JsonConverter(typeof(UtcMilliseconds))]
    public required DateTimeOffset StartTime { get; init; }

    public required string VnfInstanceId { get; init; }

    public required string Operation { get; init; }

    public required bool IsAutomaticInvocation { get; init; }

    public JsonElement? OperationParams { get; init; }

    /// <summary>Never true: where cancel is served, it has been done when it is answered.</summary>
    public required bool IsCancelPending { get; init; }

    public ProblemBody? Error { get; init; }

    public ResourceChangesResponse? ResourceChanges { get; init; }

    public JsonElement? ChangedInfo { get; init; }

    public IReadOnlyList<string>? Warnings { get; init; }

    /// <summary>Our extension: what moved from whom to whom, and the gap of each VM.</summary>
    public JsonElement? MonitoringMigration { get; init; }

    [JsonPropertyName("_links")]
    public required VnfLcmOpOccLinks Links { get; init; }
}

/// <summary>What an operation changed of the infrastructure.</summary>
internal sealed record ResourceChangesResponse(JsonElement AffectedVnfcs);

/// <summary>Links to the tasks that would be accepted now.</summary>
internal sealed record VnfLcmOpOccLinks(
    Link Self, Link VnfInstance, Link? Retry, Link? Rollback, Link? Fail, Link? Cancel);

/// <summary>How occurrences are printed.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(VnfLcmOpOccResponse))]
internal sealed partial class OccurrencesJson : JsonSerializerContext;
