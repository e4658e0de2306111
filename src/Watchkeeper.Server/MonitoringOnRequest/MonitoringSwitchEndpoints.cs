using System.Text.Json;
using Watchkeeper.Lifecycle.Faults;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Server.Sol003;

namespace Watchkeeper.Server.MonitoringOnRequest;

/// <summary>The body of both requests; it may be missing.</summary>
/// <param name="VnfcInstanceIds">The VMs; all of the VNF when absent.</param>
internal sealed record MonitoringSwitchRequest(ImmutableArray<string>? VnfcInstanceIds);

/// <summary><c>POST ext/vnf_instances/{id}/monitoring/disable</c> and <c>…/enable</c>.</summary>
internal static class MonitoringSwitchEndpoints
{
    /// <summary>VMs that one request may name.</summary>
    public const int MostVnfcs = 1000;

    private const string Root = Links.Api + "/ext/vnf_instances/{vnfInstanceId}/monitoring";

    public static IServiceCollection AddMonitoringOnRequest(this IServiceCollection services) => services
        .AddSingleton<SwitchedMonitors>()
        .AddSingleton<MonitoringSwitch>();

    public static void MapMonitoringOnRequest(this IEndpointRouteBuilder routes)
    {
        Describe(routes.MapPost($"{Root}/disable", DisableAsync))
            .WithSummary("Stops the watch over a VNF, or over some of its VMs, on purpose");
        Describe(routes.MapPost($"{Root}/enable", EnableAsync))
            .WithSummary("Takes up the watch again that was disabled");
    }

    private static RouteHandlerBuilder Describe(RouteHandlerBuilder route) => route
        .WithQuery()
        .WithTags("Monitoring")
        .DescribeBody<MonitoringSwitchRequest>()
        .Produces(204)
        .ProducesProblem(404)
        .ProducesProblem(409)
        .ProducesProblem(422);

    private static Task<IResult> DisableAsync(
        HttpContext context, string vnfInstanceId, MonitoringSwitch monitoring) =>
        SwitchAsync(context, vnfInstanceId, monitoring.DisableAsync);

    private static Task<IResult> EnableAsync(
        HttpContext context, string vnfInstanceId, MonitoringSwitch monitoring) =>
        SwitchAsync(context, vnfInstanceId, monitoring.EnableAsync);

    private static async Task<IResult> SwitchAsync(
        HttpContext context,
        string vnfInstanceId,
        Func<VnfInstanceId, ImmutableHashSet<VnfcId>?, CancellationToken, Task<Fault?>> switchAsync)
    {
        var reading = await JsonBody.ReadAsync(context.Request, context.RequestAborted);
        var (vnfcs, fault) = reading.Fault switch
        {
            null => Read(reading.Body),
            { Type: var type } when type == RequestFaults.NoBody.Type => (null, null),
            var unreadable => (null, unreadable),
        };
        if (fault is not null)
        {
            return Problems.Of(fault);
        }

        if (!Ids.TryRead(vnfInstanceId, out var id))
        {
            return Problems.Of(RequestFaults.NotFound("VNF instance"));
        }

        var refusal = await switchAsync(new VnfInstanceId(id), vnfcs, context.RequestAborted);
        return refusal is null ? Results.NoContent() : Problems.Of(refusal);
    }

    private static (ImmutableHashSet<VnfcId>? Vnfcs, Fault? Fault) Read(JsonElement body)
    {
        var attributes = new Attributes(body);

        // Passed over, a misspelt member would mean every VM.
        foreach (var member in body.EnumerateObject().Where(member => member.Name != "vnfcInstanceIds"))
        {
            attributes.Refuse(member.Name, "is unknown; only vnfcInstanceIds can be given");
        }

        // An empty list means no VM, and so is more likely a mistake than a wish.
        var names = attributes.Texts("vnfcInstanceIds", MostVnfcs);
        if (names is null && attributes.Fault is null && attributes.Has("vnfcInstanceIds"))
        {
            attributes.Refuse("vnfcInstanceIds", "is empty; leave it out to mean all");
        }

        var ids = ImmutableHashSet.CreateBuilder<VnfcId>();
        foreach (var name in names ?? [])
        {
            if (Guid.TryParseExact(name, "D", out var id))
            {
                ids.Add(new VnfcId(id));
            }
            else
            {
                attributes.Refuse("vnfcInstanceIds", $"'{name}' is no VNFC instance id");
            }
        }

        return (names is null ? null : ids.ToImmutable(), attributes.Fault);
    }
}
