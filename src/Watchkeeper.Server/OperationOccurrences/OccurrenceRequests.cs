using Watchkeeper.Lifecycle.Faults;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Engine;
using Watchkeeper.Server.Sol003;

namespace Watchkeeper.Server.OperationOccurrences;

/// <summary>Answers retry, rollback, fail and cancel.</summary>
internal sealed class OccurrenceRequests(OccurrenceReader reader, OperationRequests engine)
{
    public async Task<IResult> AnswerAsync(HttpContext context, string id, OccurrenceTask task)
    {
        var cancellationToken = context.RequestAborted;
        if (await reader.FindAsync(id, cancellationToken) is not { } operation)
        {
            return Problems.Of(RequestFaults.NotFound("operation occurrence"));
        }

        if (!task.IsSupported(reader.PlanOf(operation)))
        {
            return Problems.Of(OccurrenceFaults.Unsupported(task, operation.Operation));
        }

        if (!ETags.Hold(context.Request, operation.Version, reader.FormOf(operation)))
        {
            return Problems.Of(RequestFaults.PreconditionFailed);
        }

        if (task == OccurrenceTask.Cancel && await CancelModeFaultAsync(context) is { } fault)
        {
            return Problems.Of(fault);
        }

        // The engine looks at the state under its own compare-and-set: of many who ask at once, one is accepted.
        return await AskAsync(operation.Id, task, cancellationToken) switch
        {
            RequestAnswer.Accepted accepted when task == OccurrenceTask.Fail => await reader.PrintAsync(
                accepted.Operation, cancellationToken),
            RequestAnswer.Accepted => Results.StatusCode(StatusCodes.Status202Accepted),
            RequestAnswer.Refused refused => Problems.Of(refused.Fault),
            var answer => throw new InvalidOperationException($"Unknown answer {answer}."),
        };
    }

    // Retry, rollback and fail have no body, and what is sent all the same is not read; cancel has one.
    private static async Task<Fault?> CancelModeFaultAsync(HttpContext context)
    {
        var reading = await JsonBody.ReadAsync(context.Request, context.RequestAborted);
        if (reading.Fault is not null)
        {
            return reading.Fault;
        }

        var attributes = new Attributes(reading.Body);
        if (attributes.Text("cancelMode", isRequired: true) is not ("GRACEFUL" or "FORCEFUL"))
        {
            attributes.Refuse("cancelMode", "is GRACEFUL or FORCEFUL");
        }

        return attributes.Fault;
    }

    private Task<RequestAnswer> AskAsync(
        OperationId id, OccurrenceTask task, CancellationToken cancellationToken) => task.Trigger switch
    {
        LcmTrigger.RetryRequested => engine.RetryAsync(id, cancellationToken),
        LcmTrigger.RollbackRequested => engine.RollbackAsync(id, cancellationToken),
        LcmTrigger.FailRequested => engine.FailAsync(id, reason: null, cancellationToken),
        null => engine.CancelAsync(id, cancellationToken),
        var trigger => throw new InvalidOperationException($"{trigger} is no request of a client."),
    };
}
