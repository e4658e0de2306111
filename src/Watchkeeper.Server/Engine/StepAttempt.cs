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
            return Unexpected(operation, step, e);
        }
    }

    /// <summary>
    /// The outcome of a step that failed as nobody expected: logged once, under the reference that clients see.
    /// </summary>
    public StepResult Unexpected(VnfLcmOpOcc operation, StepName step, Exception exception)
    {
        var reference = ids.Next();
        LogUnexpected(exception, operation.Operation, operation.Id.Value, step.Value, reference);
        return new StepResult(new StepOutcome.Failed(EngineFaults.Unexpected(step, reference)), operation, []);
    }

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "{Operation} {OperationId} failed unexpectedly in {Step}, reference {ReferenceId}")]
    private partial void LogUnexpected(
        Exception exception, LcmOperationType operation, Guid operationId, string step, Guid referenceId);
}
