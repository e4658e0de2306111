using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Engine;
using Watchkeeper.Server.Sol003;

namespace Watchkeeper.Server.Operations.MonitoringMigration;

/// <summary>
/// The migrate request: POST as our documents show it, GET with a body as the source document prints it.
/// </summary>
internal static class MigrateEndpoint
{
    public static void MapMigrate(this IEndpointRouteBuilder routes, MigrationOptions options) => routes
        .MapMethods(
            "/vnflcm/v2/ext/vnf_instances/{vnfInstanceId}/monitoring/migrate",
            options.AllowGet ? [HttpMethods.Post, HttpMethods.Get] : [HttpMethods.Post],
            AcceptAsync)
        .WithQuery()
        .WithSummary("Hands the watch of a VNF to another monitoring agent.")
        .WithTags("Monitoring")
        .DescribeOpening<MigrateShape>();

    private static async Task<IResult> AcceptAsync(
        string vnfInstanceId,
        HttpContext context,
        OperationDesk desk,
        Links links,
        MigrationOptions options,
        CancellationToken cancellationToken)
    {
        // A cache between us and the client must never answer a GET in our place.
        context.Response.Headers.CacheControl = "no-store";
        var reading = await JsonBody.ReadAsync(context.Request, cancellationToken);
        if (reading.Fault is { } fault)
        {
            return Problems.Of(fault);
        }

        if (!MigrateRequest.TryRead(reading.Body, out var request, out var whyNot))
        {
            return Problems.Of(MigrationFaults.NotWellFormed(whyNot));
        }

        if (!Ids.TryRead(vnfInstanceId, out var id))
        {
            return Problems.Of(RequestFaults.NotFound("VNF instance"));
        }

        var admission = await desk.OpenAsync(
            new OpeningRequest
            {
                VnfInstanceId = new VnfInstanceId(id),
                Operation = LcmOperationType.MonitoringMigration,
                Parameters = request.ToParameters(),
                LeavesFailedTempUnattended = options.TerminalStateOnError,
                Objection = instance => instance.IsInstantiated ? null : OperationFaults.NotInstantiated,
            },
            cancellationToken);
        return Accepting.Answer(admission, context, links);
    }
}
