using System.Text.Json.Serialization;
using Watchkeeper.Server.Drills;
using Watchkeeper.Server.Sol003;

namespace Watchkeeper.Server.Faults;

/// <summary>The resource <c>ext/status</c>: what a person should look at, in one answer.</summary>
internal static class StatusEndpoint
{
    public static void MapStatus(this IEndpointRouteBuilder routes) => routes
        .MapGet(Links.Api + "/ext/status", AnswerAsync)
        .WithQuery()
        .WithSummary("Who is not watched and since when, which operation keeps a VNF, and how agents and store are")
        .WithTags("Status")
        .Produces<StatusResponse>();

    private static async Task<IResult> AnswerAsync(
        StatusView view, DrillMetrics drills, CancellationToken cancellationToken)
    {
        var status = await view.LookAsync(cancellationToken) with
        {
            Drills = [.. drills.All.Select(on => new DrillStatus(on.Name, on.Drill))],
        };
        return Results.Json(status, StatusJson.Default.StatusResponse);
    }
}

/// <summary>How things are.</summary>
/// <param name="Store">Whether the store takes writes.</param>
/// <param name="Agents">The agents by their state.</param>
/// <param name="Alarms">The open alarms.</param>
/// <param name="UnwatchedVms">How many VMs are not watched by their agents.</param>
/// <param name="Unwatched">Those VMs, the longest first; a bounded number.</param>
/// <param name="FailedTemp">The operations in FAILED_TEMP, which keep others of their VNFs off; oldest first.</param>
internal sealed record StatusResponse(
    StoreStatus Store,
    ImmutableSortedDictionary<string, int> Agents,
    AlarmStatus Alarms,
    int UnwatchedVms,
    ImmutableArray<UnwatchedStatus> Unwatched,
    ImmutableArray<FailedTempStatus> FailedTemp)
{
    /// <summary>Failures that are rehearsed on purpose, as far as the server knows.</summary>
    public ImmutableArray<DrillStatus> Drills { get; init; } = [];
}

/// <summary>Whether the store takes writes, and why not.</summary>
internal sealed record StoreStatus(bool TakesWrites, string? Why);

/// <summary>How many alarms are open.</summary>
internal sealed record AlarmStatus(int Open, int Unacknowledged);

/// <summary>A VM that its agent does not watch.</summary>
internal sealed record UnwatchedStatus(
    string VnfInstanceId,
    string VnfcInstanceId,
    string Address,
    string State,
    string Monitor,
    [property: JsonPropertyName("monitoring_agent")] string? MonitoringAgent,
    string? Guard,
    DateTimeOffset? Since);

/// <summary>An operation in FAILED_TEMP.</summary>
internal sealed record FailedTempStatus(
    string VnfInstanceId, string VnfLcmOpOccId, string Operation, DateTimeOffset Since, string? Why);

/// <summary>A drill that is on: at the server, or at an agent.</summary>
internal sealed record DrillStatus(string Name, string Drill);

/// <summary>How the state of things is printed.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(UtcMilliseconds)])]
[JsonSerializable(typeof(StatusResponse))]
internal sealed partial class StatusJson : JsonSerializerContext;
