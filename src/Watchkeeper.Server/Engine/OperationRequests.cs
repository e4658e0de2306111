using Watchkeeper.Lifecycle.Faults;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Engine;

/// <summary>The requests on an occurrence: retry, rollback, fail, cancel. Of many at once exactly one wins.</summary>
internal sealed class OperationRequests(Store store, PlanCatalog plans, OperationMoves moves, OperationLoop loop)
{
    /// <summary>Goes forward again (SOL003 5.4.14): FAILED_TEMP only.</summary>
    public Task<RequestAnswer> RetryAsync(OperationId id, CancellationToken cancellationToken) =>
        TakeAsync(id, "retry", _ => LcmTrigger.RetryRequested, null, cancellationToken);

    /// <summary>Undoes it (SOL003 5.4.15): FAILED_TEMP only.</summary>
    public Task<RequestAnswer> RollbackAsync(OperationId id, CancellationToken cancellationToken) =>
        TakeAsync(id, "rollback", _ => LcmTrigger.RollbackRequested, null, cancellationToken);

    /// <summary>Gives it up (SOL003 5.4.16): FAILED_TEMP only.</summary>
    /// <param name="id">The occurrence.</param>
    /// <param name="reason">Why, when the VNFM itself does so; null keeps the fault that stopped the operation.</param>
    /// <param name="cancellationToken">Ends the wait; cancelled means that nothing was stored.</param>
    public Task<RequestAnswer> FailAsync(OperationId id, Fault? reason, CancellationToken cancellationToken) =>
        TakeAsync(id, "fail", _ => LcmTrigger.FailRequested, reason, cancellationToken);

    /// <summary>
    /// Stops it (SOL003 5.4.17) where its plan allows it; a step under way ends, and its outcome is not taken.
    /// </summary>
    public async Task<RequestAnswer> CancelAsync(OperationId id, CancellationToken cancellationToken)
    {
        var operation = await store.FindOccurrenceAsync(id, cancellationToken);
        return operation is null ? new RequestAnswer.Refused(EngineFaults.OperationUnknown(id))
            : !plans.TryFind(operation, out var plan) || !plan.IsCancellable
                ? new RequestAnswer.Refused(EngineFaults.NoCancel(operation))
            : await TakeAsync(id, "cancel", CancelIn, EngineFaults.Cancelled(operation), cancellationToken);
    }

    // Cancel needs no arrow of its own.
    private static LcmTrigger? CancelIn(LcmOperationState state) => state switch
    {
        LcmOperationState.Starting => LcmTrigger.Refused,
        LcmOperationState.Processing or LcmOperationState.RollingBack => LcmTrigger.Interrupted,
        _ => null,
    };

    private async Task<RequestAnswer> TakeAsync(
        OperationId id,
        string request,
        Func<LcmOperationState, LcmTrigger?> triggerIn,
        Fault? fault,
        CancellationToken cancellationToken)
    {
        try
        {
            // Ends, because each round means that somebody else has moved the occurrence on.
            while (true)
            {
                var operation = await store.FindOccurrenceAsync(id, cancellationToken);
                if (operation is null)
                {
                    return new RequestAnswer.Refused(EngineFaults.OperationUnknown(id));
                }

                if (triggerIn(operation.State) is not { } trigger
                    || !LcmStateMachine.TryMove(operation.State, trigger, out _))
                {
                    return new RequestAnswer.Refused(EngineFaults.WrongState(operation, request));
                }

                if (await TryMoveAsync(operation, trigger, fault, cancellationToken) is { } moved)
                {
                    loop.Wake(id);
                    return new RequestAnswer.Accepted(moved);
                }
            }
        }
        catch (StoreUnavailableException)
        {
            return new RequestAnswer.Refused(EngineFaults.StoreUnavailable());
        }
    }

    private async Task<VnfLcmOpOcc?> TryMoveAsync(
        VnfLcmOpOcc operation, LcmTrigger trigger, Fault? fault, CancellationToken cancellationToken)
    {
        try
        {
            return await moves.MoveAsync(operation, trigger, fault, cancellationToken);
        }
        catch (StoreConflictException)
        {
            return null;
        }
    }
}
