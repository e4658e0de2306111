using Watchkeeper.Lifecycle.Faults;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Engine;

/// <summary>
/// Does one step, and makes an outcome of whatever happens: the one place that catches what a step did not expect.
/// </summary>
internal sealed partial class StepAttempt(StepCatalog steps, IIdSource ids, ILogger<StepAttempt> logger)
{
    /// <summary>Does the step.</summary>
    /// <exception cref="OperationCanceledException">The server stops: that is no failure, the step is done
    /// again.</exception>
    /// <exception cref="StoreConflictException">What the step had read has changed: it is to be decided
    /// anew.</exception>
    /// <exception cref="StoreUnavailableException">It is to be done again later.</exception>
    public async Task<StepResult> PerformAsync(
        VnfLcmOpOcc operation, StepName step, CancellationToken cancellationToken)
    {
        try
        {
            return await steps.For(operation.Operation, step).PerformAsync(operation, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception e) when (e is StoreConflictException or StoreUnavailableException)
        {
            throw;
        }
        catch (Exception e)
        {
            return await UnexpectedAsync(operation, step, e, cancellationToken);
        }
    }

    /// <summary>
    /// The outcome of a step that failed as nobody expected: logged once, under the reference that clients see.
    /// </summary>
    public async Task<StepResult> UnexpectedAsync(
        VnfLcmOpOcc operation, StepName step, Exception exception, CancellationToken cancellationToken)
    {
        var reference = ids.Next();
        LogUnexpected(exception, operation.Operation, operation.Id.Value, step.Value, reference);
        var fault = EngineFaults.Unexpected(step, reference);
        return new StepResult(
            new StepOutcome.Failed(fault), operation, await WritesAsync(operation, step, fault, cancellationToken));
    }

    // That the events of a failure can't be told is no reason not to store the failure.
    private async Task<ImmutableArray<Write>> WritesAsync(
        VnfLcmOpOcc operation, StepName step, Fault fault, CancellationToken cancellationToken)
    {
        try
        {
            return await steps.For(operation.Operation, step).FailureWritesAsync(operation, fault, cancellationToken);
        }
        catch (Exception e) when (e is not (OperationCanceledException or StoreUnavailableException))
        {
            LogUntold(e, operation.Operation, operation.Id.Value, step.Value);
            return [];
        }
    }

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "{Operation} {OperationId} could not say what belongs to the failure of {Step}")]
    private partial void LogUntold(
        Exception exception, LcmOperationType operation, Guid operationId, string step);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "{Operation} {OperationId} failed unexpectedly in {Step}, reference {ReferenceId}")]
    private partial void LogUnexpected(
        Exception exception, LcmOperationType operation, Guid operationId, string step, Guid referenceId);
}
