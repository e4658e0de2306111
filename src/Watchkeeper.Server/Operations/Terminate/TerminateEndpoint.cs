using Watchkeeper.Lifecycle.Faults;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Engine;
using Watchkeeper.Server.Sol003;

namespace Watchkeeper.Server.Operations.Terminate;

/// <summary>The terminate request (SOL003 5.4.8).</summary>
internal static class TerminateEndpoint
{
    public static void MapTerminate(this IEndpointRouteBuilder routes) => routes
        .MapPost("/vnflcm/v2/vnf_instances/{vnfInstanceId}/terminate", AcceptAsync)
        .WithQuery()
        .WithSummary("Terminates a VNF: unsets its monitors, then removes its VMs.")
        .WithTags("VNF instances")
        .DescribeOpening<TerminateShape>();

    /// <summary>Why an instance can't be terminated; null when it can.</summary>
    /// <remarks>What an instantiation that was given up has left is there to be removed, too.</remarks>
    public static Fault? Objection(VnfInstance instance) =>
        instance.HasResources ? null : OperationFaults.NotInstantiated;

    private static async Task<IResult> AcceptAsync(
        string vnfInstanceId, HttpContext context, OperationDesk desk, Links links, CancellationToken cancellationToken)
    {
        var reading = await JsonBody.ReadAsync(context.Request, cancellationToken);
        if ((reading.Fault ?? TerminateRequest.Objection(reading.Body)) is { } fault)
        {
            return Problems.Of(fault);
        }

        if (!Ids.TryRead(vnfInstanceId, out var id))
        {
            return Problems.Of(RequestFaults.NotFound("VNF instance"));
        }

        var admission = await desk.OpenAsync(
            new OpeningRequest
            {
                VnfInstanceId = new VnfInstanceId(id),
                Operation = LcmOperationType.Terminate,
                Parameters = reading.Body,
                Objection = Objection,
            },
            cancellationToken);
        return Accepting.Answer(admission, context, links);
    }
}
