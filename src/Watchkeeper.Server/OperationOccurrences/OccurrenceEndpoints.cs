using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Sol003;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.OperationOccurrences;

/// <summary>The resources <c>vnf_lcm_op_occs</c> and their tasks (SOL003 5.4.12 to 5.4.17).</summary>
internal static class OccurrenceEndpoints
{
    private const string Tag = "Operation occurrences";
    private const string One = "{vnfLcmOpOccId}";

    /// <summary>Adds what the resources need.</summary>
    /// <param name="services">The services.</param>
    /// <param name="planOf">Finds an occurrence's plan.</param>
    /// <param name="ask">Asks the engine for retry, rollback or fail.</param>
    public static IServiceCollection AddOccurrences(
        this IServiceCollection services,
        Func<IServiceProvider, PlanOf> planOf,
        Func<IServiceProvider, AskOccurrence> ask) => services.AddSingleton(planOf).AddSingleton(ask);

    public static void MapOccurrences(this IEndpointRouteBuilder routes)
    {
        var all = routes.MapGroup(Links.Api + "/vnf_lcm_op_occs").WithTags(Tag);
        all.MapGet("", ListAsync)
            .WithQuery(Collections.Parameters)
            .WithSummary("The operation occurrences, filtered and paged")
            .Produces<VnfLcmOpOccResponse[]>();
        all.MapGet(One, GetAsync)
            .WithQuery()
            .WithSummary("One operation occurrence; of a migration, with the gap of each VM")
            .Produces<VnfLcmOpOccResponse>()
            .ProducesProblem(404);
        MapTask(all, "retry", LcmTrigger.RetryRequested, "Tries a failed operation again", 202);
        MapTask(all, "rollback", LcmTrigger.RollbackRequested, "Undoes a failed operation", 202);
        MapTask(all, "fail", LcmTrigger.FailRequested, "Gives a failed operation up", 200);
        all.MapPost(One + "/cancel", CancelAsync)
            .WithQuery()
            .WithSummary("Refused: no operation can be cancelled")
            .ProducesProblem(404);
    }

    private static void MapTask(
        RouteGroupBuilder all, string task, LcmTrigger trigger, string summary, int success)
    {
        var route = all.MapPost(
                One + "/" + task,
                (HttpContext context, string vnfLcmOpOccId, Store store, PlanOf planOf, AskOccurrence ask, Links links) =>
                    AskAsync(new Asked(context, vnfLcmOpOccId, task, trigger), store, planOf, ask, links))
            .WithQuery()
            .WithSummary(summary)
            .ProducesProblem(404)
            .ProducesProblem(409);
        _ = success == 200 ? route.Produces<VnfLcmOpOccResponse>() : route.Produces(success);
    }

    private static Task<IResult> ListAsync(
        HttpContext context, Store store, PlanOf planOf, Links links, PageLimits limits)
    {
        var collection = new Collection<VnfLcmOpOcc, VnfLcmOpOccResponse>
        {
            Uri = links.ApiUri + "/vnf_lcm_op_occs",
            Fetch = (after, count, cancellationToken) =>
                store.OccurrencesAsync(after is { } id ? new OperationId(id) : null, count, cancellationToken),
            IdOf = operation => operation.Id.Value,
            Represent = (operations, _, _) => Task.FromResult<ImmutableArray<VnfLcmOpOccResponse>>(
                [.. operations.Select(operation => OccurrenceRepresentation.Of(operation, planOf(operation), links))]),
            WithoutDefaultExclusions = OccurrenceRepresentation.Short,
            Shape = OccurrencesJson.Default.VnfLcmOpOccResponse,
        };
        return Collections.AnswerAsync(context, collection, limits);
    }

    private static async Task<IResult> GetAsync(
        HttpContext context, string vnfLcmOpOccId, Store store, PlanOf planOf, Links links)
    {
        if (await FindAsync(vnfLcmOpOccId, store, context.RequestAborted) is not { } operation)
        {
            return Problems.Of(RequestFaults.NotFound("operation occurrence"));
        }

        context.Response.Headers.ETag = ETags.Of(operation.Version);
        return ETags.IsKnown(context.Request, operation.Version)
            ? Results.StatusCode(StatusCodes.Status304NotModified)
            : Print(operation, planOf, links);
    }

    private static async Task<IResult> AskAsync(
        Asked asked, Store store, PlanOf planOf, AskOccurrence ask, Links links)
    {
        var cancellationToken = asked.Context.RequestAborted;
        if (await FindAsync(asked.Id, store, cancellationToken) is not { } operation)
        {
            return Problems.Of(RequestFaults.NotFound("operation occurrence"));
        }

        if (!OccurrenceTasks.IsSupported(asked.Trigger, planOf(operation)))
        {
            return Problems.Of(OccurrenceFaults.Unsupported(asked.Task, operation.Operation));
        }

        if (!LcmStateMachine.TryMove(operation.State, asked.Trigger, out _))
        {
            return Problems.Of(OccurrenceFaults.WrongState(asked.Task, operation.State));
        }

        if (!ETags.Hold(asked.Context.Request, operation.Version))
        {
            return Problems.Of(RequestFaults.PreconditionFailed);
        }

        // The engine looks again under its own compare-and-set: of two who ask at once, one is refused.
        return await ask(operation.Id, asked.Trigger, cancellationToken) switch
        {
            TaskAnswer.Taken taken when asked.Trigger == LcmTrigger.FailRequested =>
                Print(taken.Operation, planOf, links),
            TaskAnswer.Taken => Results.StatusCode(StatusCodes.Status202Accepted),
            TaskAnswer.Unknown => Problems.Of(RequestFaults.NotFound("operation occurrence")),
            TaskAnswer.Refused refused => Problems.Of(refused.Fault),
            var answer => throw new InvalidOperationException($"Unknown answer {answer}."),
        };
    }

    private static async Task<IResult> CancelAsync(HttpContext context, string vnfLcmOpOccId, Store store) =>
        Problems.Of(await FindAsync(vnfLcmOpOccId, store, context.RequestAborted) is { } operation
            ? OccurrenceFaults.Unsupported("cancel", operation.Operation)
            : RequestFaults.NotFound("operation occurrence"));

    private static IResult Print(VnfLcmOpOcc operation, PlanOf planOf, Links links) => Results.Json(
        OccurrenceRepresentation.Of(operation, planOf(operation), links),
        OccurrencesJson.Default.VnfLcmOpOccResponse);

    private static async Task<VnfLcmOpOcc?> FindAsync(string id, Store store, CancellationToken cancellationToken) =>
        Ids.TryRead(id, out var guid) ? await store.FindOccurrenceAsync(new OperationId(guid), cancellationToken) : null;

    private sealed record Asked(HttpContext Context, string Id, string Task, LcmTrigger Trigger);
}
