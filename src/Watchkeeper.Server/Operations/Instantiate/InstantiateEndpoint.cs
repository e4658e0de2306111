using Watchkeeper.Lifecycle.Faults;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Engine;
using Watchkeeper.Server.Sol003;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Operations.Instantiate;

/// <summary>The instantiate request (SOL003 5.4.4).</summary>
internal static class InstantiateEndpoint
{
    /// <summary>Why an instance can't be instantiated now, whatever the request says; null when it can.</summary>
    public static Fault? Objection(VnfInstance instance) =>
        instance.IsInstantiated ? InstantiateFaults.AlreadyInstantiated : null;

    public static void MapInstantiate(this IEndpointRouteBuilder routes) => routes
        .MapPost("/vnflcm/v2/vnf_instances/{vnfInstanceId}/instantiate", AcceptAsync)
        .WithQuery()
        .WithSummary("Instantiates a VNF: makes its VMs, and has them watched.")
        .WithTags("VNF instances")
        .DescribeOpening<InstantiateShape>();

    private static async Task<IResult> AcceptAsync(
        string vnfInstanceId,
        HttpContext context,
        Store store,
        Drafting drafting,
        OperationDesk desk,
        Links links,
        CancellationToken cancellationToken)
    {
        var reading = await JsonBody.ReadAsync(context.Request, cancellationToken);
        if (reading.Fault is { } fault)
        {
            return Problems.Of(fault);
        }

        if (InstantiateRequest.TryRead(reading.Body, out var request) is { } wrong)
        {
            return Problems.Of(wrong);
        }

        if (!Ids.TryRead(vnfInstanceId, out var id)
            || await store.FindInstanceAsync(new VnfInstanceId(id), cancellationToken) is not { } instance)
        {
            return Problems.Of(RequestFaults.NotFound("VNF instance"));
        }

        // What the request itself has wrong is said now; what the world has against it is the operation's to find out.
        var objection = Objection(instance)
            ?? (await drafting.DraftAsync(instance, request!, cancellationToken)).Fault;
        if (objection is not null)
        {
            return Problems.Of(objection);
        }

        var admission = await desk.OpenAsync(
            new OpeningRequest
            {
                VnfInstanceId = instance.Id,
                Operation = LcmOperationType.Instantiate,
                Parameters = reading.Body,
                Objection = Objection,
            },
            cancellationToken);
        return Accepting.Answer(admission, context, links);
    }
}
