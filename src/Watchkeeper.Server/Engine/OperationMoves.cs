using Watchkeeper.Lifecycle.Faults;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Faults;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Engine;

/// <summary>
/// Gives back what was kept for an occurrence while it worked: called when it has stopped working, however it stopped.
/// </summary>
internal delegate void WorkEnded(OperationId operation);

/// <summary>
/// The one way into a state: the state and its notification are committed together, whoever asked for it.
/// </summary>
internal sealed partial class OperationMoves(
    Store store,
    OperationMetrics metrics,
    IIdSource ids,
    TimeProvider time,
    ILogger<OperationMoves> logger,
    WorkEnded? workEnded = null)
{
    /// <summary>Takes an arrow.</summary>
    /// <returns>The occurrence as it is stored now.</returns>
    /// <exception cref="StoreConflictException">The occurrence was changed meanwhile; nothing was stored.</exception>
    /// <exception cref="StoreUnavailableException">Nothing was stored.</exception>
    public Task<VnfLcmOpOcc> MoveAsync(
        VnfLcmOpOcc operation, LcmTrigger trigger, Fault? fault, CancellationToken cancellationToken) =>
        MoveAsync(operation, trigger, fault, step: null, [], cancellationToken);

    /// <summary>Takes an arrow that a step's outcome leads to, in the commit of that outcome.</summary>
    /// <param name="operation">The occurrence with the outcome in its journal.</param>
    /// <param name="trigger">The arrow.</param>
    /// <param name="fault">Why, when it is a failure.</param>
    /// <param name="writes">The step's own writes.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<VnfLcmOpOcc> MoveAsync(
        VnfLcmOpOcc operation,
        LcmTrigger trigger,
        Fault? fault,
        ImmutableArray<Write> writes,
        CancellationToken cancellationToken) =>
        MoveAsync(operation, trigger, fault, operation.Journal[^1].Step, writes, cancellationToken);

    private async Task<VnfLcmOpOcc> MoveAsync(
        VnfLcmOpOcc operation,
        LcmTrigger trigger,
        Fault? fault,
        StepName? step,
        ImmutableArray<Write> writes,
        CancellationToken cancellationToken)
    {
        var moved = operation.Moved(trigger, fault, time.GetUtcNow());
        var instance = await store.FindInstanceAsync(operation.VnfInstanceId, cancellationToken);
        var notified = instance is not null
            ? NotifiedInstance.Of(instance)
            : new NotifiedInstance(operation.VnfInstanceId, null, "", "", "", "", "");
        await store.CommitAsync(
            new JournalPoint(moved, step, IsStateEntered: true),
            [
                OccurrenceTable.Update(moved),
                .. writes,
                StateNotification.Of(moved, notified, ids.Next()),
                .. OperationAlarm.WritesOnLeaving(operation, ids.Next, moved.StateEnteredTime),
            ],
            cancellationToken);

        LogStateEntered(moved.Operation, moved.Id.Value, moved.State, moved.Fault?.Detail);
        if (moved.State == LcmOperationState.FailedTemp || !moved.IsOpen)
        {
            workEnded?.Invoke(moved.Id);
        }

        if (!moved.IsOpen)
        {
            metrics.Ended(moved);
        }

        return moved with { Version = moved.Version + 1 };
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Operation} {OperationId} entered {State} {Fault}")]
    private partial void LogStateEntered(
        LcmOperationType operation, Guid operationId, LcmOperationState state, string? fault);
}
