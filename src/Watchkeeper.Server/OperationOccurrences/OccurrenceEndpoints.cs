using Watchkeeper.Server.Sol003;

namespace Watchkeeper.Server.OperationOccurrences;

/// <summary>The resources <c>vnf_lcm_op_occs</c> and their tasks (SOL003 5.4.12 to 5.4.17).</summary>
internal static class OccurrenceEndpoints
{
    private const string Tag = "Operation occurrences";
    private const string One = "{vnfLcmOpOccId}";

    public static IServiceCollection AddOccurrences(this IServiceCollection services) =>
        services.AddSingleton<OccurrenceReader>().AddSingleton<OccurrenceRequests>();

    public static void MapOccurrences(this IEndpointRouteBuilder routes)
    {
        var all = routes.MapGroup(Links.Api + "/vnf_lcm_op_occs").WithTags(Tag);
        all.MapGet("", (HttpContext context, OccurrenceReader reader, PageLimits limits) =>
                Collections.AnswerAsync(context, reader.Collection, limits))
            .WithQuery(Collections.Parameters)
            .WithSummary("The operation occurrences, filtered and paged")
            .Produces<VnfLcmOpOccResponse[]>();
        all.MapGet(One, GetAsync)
            .WithQuery()
            .WithSummary("One operation occurrence; of a migration, with the gap of each VM")
            .Produces<VnfLcmOpOccResponse>()
            .ProducesProblem(404);
        MapTask(all, OccurrenceTask.Retry, "Tries a failed operation again").Produces(202);
        MapTask(all, OccurrenceTask.Rollback, "Undoes a failed operation").Produces(202);
        MapTask(all, OccurrenceTask.Fail, "Gives a failed operation up").Produces<VnfLcmOpOccResponse>();
        MapTask(all, OccurrenceTask.Cancel, "Stops an operation where its plan allows it")
            .DescribeBody<CancelShape>()
            .Produces(202);
    }

    private static RouteHandlerBuilder MapTask(RouteGroupBuilder all, OccurrenceTask task, string summary) => all
        .MapPost(
            $"{One}/{task.Name}",
            (HttpContext context, string vnfLcmOpOccId, OccurrenceRequests requests) =>
                requests.AnswerAsync(context, vnfLcmOpOccId, task))
        .WithQuery()
        .WithSummary(summary)
        .ProducesProblem(404)
        .ProducesProblem(409);

    private static async Task<IResult> GetAsync(HttpContext context, string vnfLcmOpOccId, OccurrenceReader reader)
    {
        if (await reader.FindAsync(vnfLcmOpOccId, context.RequestAborted) is not { } operation)
        {
            return Problems.Of(RequestFaults.NotFound("operation occurrence"));
        }

        var form = reader.FormOf(operation);
        context.Response.Headers.ETag = ETags.Of(operation.Version, form);
        return ETags.IsKnown(context.Request, operation.Version, form)
            ? Results.StatusCode(StatusCodes.Status304NotModified)
            : await reader.PrintAsync(operation, context.RequestAborted);
    }
}
