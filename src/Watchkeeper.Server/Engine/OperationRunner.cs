using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Engine;

/// <summary>Brings one occurrence to rest: decides, acts, commits, until there is nothing to do.</summary>
/// <remarks>
/// A crash between act and commit repeats one step, which steps allow. So recovery is nothing but running what is
/// stored.
/// </remarks>
internal sealed partial class OperationRunner(
    Store store,
    PlanCatalog plans,
    StepAttempt attempt,
    OperationMoves moves,
    TimeProvider time,
    ILogger<OperationRunner> logger)
{
    /// <summary>Conflicts in a row after which a step has failed: it reads something that never holds still.</summary>
    public const int MostConflicts = 20;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    /// <summary>Runs the occurrence until it ends or waits for a client.</summary>
    /// <returns>The occurrence at rest; null when there is none.</returns>
    public async Task<VnfLcmOpOcc?> RunAsync(OperationId id, CancellationToken cancellationToken)
    {
        VnfLcmOpOcc? operation = null;
        StoreConflictException? lastConflict = null;
        var conflicts = 0;
        var setbacks = 0;
        while (true)
        {
            try
            {
                operation ??= await store.FindOccurrenceAsync(id, cancellationToken);
                if (operation is null)
                {
                    return null;
                }

                var tired = conflicts >= MostConflicts ? lastConflict : null;
                var next = await AdvanceAsync(operation, tired, cancellationToken);
                if (next is null)
                {
                    return operation;
                }

                operation = next;
                conflicts = 0;
                setbacks = 0;
                continue;
            }
            catch (StoreConflictException e)
            {
                conflicts++;
                lastConflict = e;
                LogSetback(id.Value, e.Message);
            }
            catch (StoreUnavailableException e)
            {
                LogSetback(id.Value, e.Message);
            }

            operation = null;
            await PauseAsync(setbacks++, cancellationToken);
        }
    }

    // Null when there is nothing to do.
    private async Task<VnfLcmOpOcc?> AdvanceAsync(
        VnfLcmOpOcc operation, StoreConflictException? tired, CancellationToken cancellationToken)
    {
        var plan = plans.For(operation);
        switch (LcmDecider.Next(operation, plan))
        {
            case Decision.Perform(var step):
                var result = tired is null
                    ? await attempt.PerformAsync(operation, step, cancellationToken)
                    : attempt.Unexpected(operation, step, tired);
                return await CommitAsync(operation, plan, step, result, cancellationToken);

            case Decision.Move(var trigger, var fault):
                return await moves.MoveAsync(operation, trigger, fault, cancellationToken);

            case Decision.Rest:
                return null;

            case var decision:
                throw new InvalidOperationException($"Unknown decision {decision}.");
        }
    }

    private async Task<VnfLcmOpOcc> CommitAsync(
        VnfLcmOpOcc before, OperationPlan plan, StepName step, StepResult result, CancellationToken cancellationToken)
    {
        // What a step may say of the occurrence is its content: where it stands is the engine's.
        var ended = (result.Operation with
        {
            State = before.State,
            Entry = before.Entry,
            IsBackward = before.IsBackward,
            Journal = before.Journal,
            Fault = before.Fault,
        }).Ended(step, result.Outcome, time.GetUtcNow());
        if (result.Outcome is StepOutcome.Failed(var fault, _)
            && IsPassedOver(before, plan, step)
            && !ended.Warnings.Contains(fault.Detail, StringComparer.Ordinal))
        {
            ended = ended with { Warnings = ended.Warnings.Add(fault.Detail) };
        }

        // An outcome that leads to a state is stored with it: one commit less on the way, and one crash point.
        var next = LcmDecider.Next(ended, plan);
        if (next is Decision.Move(var trigger, var why))
        {
            ended = await moves.MoveAsync(ended, trigger, why, result.Writes, cancellationToken);
        }
        else
        {
            await store.CommitAsync(
                new JournalPoint(ended, step, IsStateEntered: false),
                [OccurrenceTable.Update(ended), .. result.Writes],
                cancellationToken);
            ended = ended with { Version = ended.Version + 1 };
        }

        result.Stored?.Invoke();
        LogStepEnded(ended.Operation, ended.Id.Value, step.Value, result.Outcome);
        return ended;
    }

    // Whether the plan goes on after a failure of the step, or stops for another reason: then the failure is a warning.
    private static bool IsPassedOver(VnfLcmOpOcc operation, OperationPlan plan, StepName step)
    {
        var steps = operation.State switch
        {
            LcmOperationState.Starting => plan.Preparation,
            LcmOperationState.RollingBack => plan.Backward,
            _ => plan.Forward,
        };
        foreach (var planned in steps)
        {
            if (planned.Name == step)
            {
                return planned.IfFails == IfFails.GoOn;
            }

            if (planned.Amend == step && operation.OutcomeOf(planned.Name) is StepOutcome.Failed)
            {
                return true;
            }
        }

        return false;
    }

    // The first setback is most often a race that is over; then 50 ms, doubled up to 5 s.
    private Task PauseAsync(int setbacks, CancellationToken cancellationToken)
    {
        if (setbacks == 0)
        {
            return Task.CompletedTask;
        }

        var pause = FirstPause * Math.Pow(2, Math.Min(setbacks - 1, 10));
        return Task.Delay(pause < LongestPause ? pause : LongestPause, time, cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Operation} {OperationId} ended {Step}: {Outcome}")]
    private partial void LogStepEnded(LcmOperationType operation, Guid operationId, string step, StepOutcome outcome);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Operation {OperationId} was not stored and is decided anew: {Reason}")]
    private partial void LogSetback(Guid operationId, string reason);
}
