using System.Text.Json.Serialization;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Server.Sol003;

namespace Watchkeeper.Server.Agents;

/// <summary>The resource that says who watches a VNF.</summary>
internal static class MonitoringEndpoint
{
    public static void MapMonitoring(this IEndpointRouteBuilder routes) => routes
        .MapGet("/vnflcm/v2/ext/vnf_instances/{vnfInstanceId}/monitoring", GetAsync)
        .WithQuery()
        .WithSummary("Who watches a VNF, and what is believed of each VM.")
        .WithTags("Monitoring")
        .Produces<MonitoringResponse>();

    private static async Task<IResult> GetAsync(
        string vnfInstanceId, MonitoringView view, CancellationToken cancellationToken) =>
        Ids.TryRead(vnfInstanceId, out var id)
        && await view.OfAsync(new VnfInstanceId(id), cancellationToken) is { } monitoring
            ? Results.Json(monitoring, MonitoringJson.Default.MonitoringResponse)
            : Problems.Of(RequestFaults.NotFound("VNF instance"));
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(UtcMilliseconds)])]
[JsonSerializable(typeof(MonitoringResponse))]
internal sealed partial class MonitoringJson : JsonSerializerContext;
