using Watchkeeper.Lifecycle.Faults;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Server.Sol003;

namespace Watchkeeper.Server.VnfInstances;

/// <summary>The resources <c>vnf_instances</c> and <c>vnf_instances/{id}</c> (SOL003 5.4.2 and 5.4.3).</summary>
internal static class VnfInstanceEndpoints
{
    private const string Tag = "VNF instances";

    /// <summary>Adds what the resources need.</summary>
    /// <param name="services">The services.</param>
    /// <param name="findVnfd">Finds the descriptor of a stored package.</param>
    public static IServiceCollection AddVnfInstances(
        this IServiceCollection services, Func<IServiceProvider, FindVnfd> findVnfd) => services
            .AddSingleton(findVnfd)
            .AddSingleton<VnfInstanceRegister>()
            .AddSingleton<VnfInstanceReader>();

    public static void MapVnfInstances(this IEndpointRouteBuilder routes)
    {
        var all = routes.MapGroup(Links.Api + "/vnf_instances").WithTags(Tag);
        all.MapPost("", CreateAsync)
            .WithQuery()
            .DescribeBody<CreateVnfRequest>()
            .WithSummary("Creates a VNF instance, not instantiated")
            .Produces<VnfInstanceResponse>(201)
            .ProducesProblem(422);
        all.MapGet("", ListAsync)
            .WithQuery(Collections.Parameters)
            .WithSummary("The VNF instances, filtered and paged")
            .Produces<VnfInstanceResponse[]>();
        all.MapGet("{vnfInstanceId}", GetAsync)
            .WithQuery()
            .WithSummary("One VNF instance")
            .Produces<VnfInstanceResponse>()
            .ProducesProblem(404);
        all.MapDelete("{vnfInstanceId}", DeleteAsync)
            .WithQuery()
            .WithSummary("Deletes a VNF instance that is not instantiated")
            .Produces(204)
            .ProducesProblem(409)
            .ProducesProblem(412);
    }

    private static async Task<IResult> CreateAsync(
        HttpContext context, VnfInstanceRegister register, VnfInstanceReader reader, Links links)
    {
        var reading = await JsonBody.ReadAsync(context.Request, context.RequestAborted);
        if (reading.Fault is { } unreadable)
        {
            return Problems.Of(unreadable);
        }

        var (request, fault) = CreateVnfRequest.Read(reading.Body);
        if (fault is not null)
        {
            return Problems.Of(fault);
        }

        switch (await register.CreateAsync(request, context.RequestAborted))
        {
            case Creation.Refused refused:
                return Problems.Of(refused.Fault);
            case Creation.Made made:
                context.Response.Headers.Location = links.Instance(made.Instance.Id);
                context.Response.Headers.ETag = ETags.Of(made.Instance.Version);
                return Results.Json(
                    VnfInstanceRepresentation.Of(made.Instance, [], isHeld: false, links),
                    VnfInstancesJson.Default.VnfInstanceResponse,
                    statusCode: 201);
            case var creation:
                throw new InvalidOperationException($"Unknown creation {creation}.");
        }
    }

    private static Task<IResult> ListAsync(HttpContext context, VnfInstanceReader reader, PageLimits limits) =>
        Collections.AnswerAsync(context, reader.Collection, limits);

    private static async Task<IResult> GetAsync(HttpContext context, string vnfInstanceId, VnfInstanceReader reader)
    {
        if (!Ids.TryRead(vnfInstanceId, out var id)
            || await reader.FindAsync(new VnfInstanceId(id), context.RequestAborted) is not var (version, response))
        {
            return Problems.Of(RequestFaults.NotFound("VNF instance"));
        }

        // No 304: what the instance's VMs and links say changes without a new version of its row.
        context.Response.Headers.ETag = ETags.Of(version);
        return Results.Json(response, VnfInstancesJson.Default.VnfInstanceResponse);
    }

    private static async Task<IResult> DeleteAsync(
        HttpContext context, string vnfInstanceId, VnfInstanceRegister register)
    {
        if (!Ids.TryRead(vnfInstanceId, out var id))
        {
            return Problems.Of(RequestFaults.NotFound("VNF instance"));
        }

        Fault? Objection(VnfInstance instance) =>
            ETags.Hold(context.Request, instance.Version) ? null : RequestFaults.PreconditionFailed;

        return await register.DeleteAsync(new VnfInstanceId(id), Objection, context.RequestAborted) switch
        {
            Deletion.Gone => Results.NoContent(),
            Deletion.Refused refused => Problems.Of(refused.Fault),
            var deletion => throw new InvalidOperationException($"Unknown deletion {deletion}."),
        };
    }
}
