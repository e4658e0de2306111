using System.Numerics;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Engine;

/// <summary>How a run of an occurrence ended.</summary>
/// <param name="Rested">The occurrence at rest; null when there is none, or it is not at rest.</param>
/// <param name="Until">When it can go on; null when it rests.</param>
internal readonly record struct RunEnd(VnfLcmOpOcc? Rested, Task? Until);

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

    /// <summary>Runs the occurrence until it ends, waits for a client, or can only wait.</summary>
    public async Task<RunEnd> RunAsync(OperationId id, CancellationToken cancellationToken)
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
                if (operation is null || !plans.TryFind(operation, out var plan))
                {
                    return default;
                }

                var tired = conflicts >= MostConflicts ? lastConflict : null;
                var (next, until) = await AdvanceAsync(operation, plan, tired, cancellationToken);
                if (next is null)
                {
                    return new RunEnd(until is null ? operation : null, until);
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
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // Not even a failure could be stored. It is told of now and then: it may last.
                Tell(id, e, setbacks + 1);
            }

            operation = null;
            await PauseAsync(setbacks++, cancellationToken);
        }
    }

    private void Tell(OperationId id, Exception exception, int setbacks)
    {
        if (!BitOperations.IsPow2(setbacks))
        {
            return;
        }

        if (exception is StoreUnavailableException)
        {
            LogSetback(id.Value, exception.Message);
        }
        else
        {
            LogNotStored(exception, id.Value, setbacks);
        }
    }

    // Without a next there is nothing to do: at all, or until something has happened.
    private async Task<(VnfLcmOpOcc? Next, Task? Until)> AdvanceAsync(
        VnfLcmOpOcc operation, OperationPlan plan, StoreConflictException? tired, CancellationToken cancellationToken)
    {
        switch (LcmDecider.Next(operation, plan))
        {
            case Decision.Perform(var step):
                // Agents are asked for nothing that can't be stored: unset again and again, a VM would go unwatched.
                await store.DemandWritesAsync(cancellationToken);
                var result = tired is null
                    ? await attempt.PerformAsync(operation, step, cancellationToken)
                    : await attempt.UnexpectedAsync(operation, step, tired, cancellationToken);
                return result.Until is { } until
                    ? (null, until)
                    : (await StoreAsync(operation, plan, step, result, cancellationToken), null);

            case Decision.Move(var trigger, var fault):
                return (await moves.MoveAsync(operation, trigger, fault, cancellationToken), null);

            case Decision.Rest:
                return (null, null);

            case var decision:
                throw new InvalidOperationException($"Unknown decision {decision}.");
        }
    }

    // What the store will never take, it is not asked for again: then the step has failed, and that is stored.
    private async Task<VnfLcmOpOcc> StoreAsync(
        VnfLcmOpOcc before, OperationPlan plan, StepName step, StepResult result, CancellationToken cancellationToken)
    {
        try
        {
            return await CommitAsync(before, plan, step, result, cancellationToken);
        }
        catch (Exception e) when (
            e is not (OperationCanceledException or StoreConflictException or StoreUnavailableException))
        {
            var failed = await attempt.UnexpectedAsync(before, step, e, cancellationToken);
            return await CommitAsync(before, plan, step, failed, cancellationToken);
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

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "Operation {OperationId} could not be carried on, {Failures} times in a row; it is tried again")]
    private partial void LogNotStored(Exception exception, Guid operationId, int failures);
}
