using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Engine;

namespace Watchkeeper.Server.OperationOccurrences;

/// <summary>Asks the engine's own requests.</summary>
internal static class AskEngine
{
    public static AskOccurrence By(OperationRequests requests) => async (id, trigger, cancellationToken) =>
        await (trigger switch
        {
            LcmTrigger.RetryRequested => requests.RetryAsync(id, cancellationToken),
            LcmTrigger.RollbackRequested => requests.RollbackAsync(id, cancellationToken),
            LcmTrigger.FailRequested => requests.FailAsync(id, reason: null, cancellationToken),
            _ => throw new InvalidOperationException($"No client may ask for {trigger}."),
        }) switch
        {
            RequestAnswer.Accepted(var operation) => new TaskAnswer.Taken(operation),
            RequestAnswer.Refused(var fault) => new TaskAnswer.Refused(fault),
            var answer => throw new InvalidOperationException($"Unknown answer {answer}."),
        };
}
