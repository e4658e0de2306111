using System.Text.Json.Serialization;
using Watchkeeper.Server.Sol003;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Events;

/// <summary>An event of the core as clients see it.</summary>
internal sealed record EventResponse(
    long Id,
    [property: JsonConverter(typeof(UtcMilliseconds))] DateTimeOffset Time,
    string Type,
    string Status,
    string VnfInstanceId,
    string? VnfcInstanceId,
    string? VnfLcmOpOccId,
    string? Agent,
    long? Epoch,
    string Detail)
{
    public static EventResponse Of(StoredEvent stored) => new(
        stored.Id,
        stored.Event.At,
        stored.Event.Type,
        stored.Event.Status,
        stored.Event.VnfInstanceId.ToString(),
        stored.Event.VnfcId?.ToString(),
        stored.Event.OperationId?.ToString(),
        stored.Event.Agent,
        stored.Event.Epoch,
        stored.Event.Detail);
}

/// <summary>How events are printed.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(EventResponse))]
[JsonSerializable(typeof(EventResponse[]))]
internal sealed partial class EventsJson : JsonSerializerContext;
