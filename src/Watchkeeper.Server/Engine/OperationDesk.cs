using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Engine;

/// <summary>Where operations are opened: at most one per VNF instance, stored with its first notification.</summary>
internal sealed partial class OperationDesk(
    Store store, PlanCatalog plans, OperationLoop loop, IIdSource ids, TimeProvider time, ILogger<OperationDesk> logger)
{
    /// <summary>Times that an opening is tried again because the instance was changed meanwhile.</summary>
    private const int MostAttempts = 10;

    /// <summary>Opens an operation in STARTING, or says why not.</summary>
    public async Task<Admission> OpenAsync(OpeningRequest request, CancellationToken cancellationToken)
    {
        try
        {
            for (var attempt = 0; attempt < MostAttempts; attempt++)
            {
                if (await TryOpenAsync(request, cancellationToken) is { } admission)
                {
                    return admission;
                }
            }

            return new Admission.Refused(EngineFaults.Busy(request.VnfInstanceId));
        }
        catch (StoreUnavailableException)
        {
            // Why is said once, by the writer.
            return new Admission.Refused(EngineFaults.StoreUnavailable());
        }
    }

    // Null when what was looked at had changed before it could be committed.
    private async Task<Admission?> TryOpenAsync(OpeningRequest request, CancellationToken cancellationToken)
    {
        var instance = await store.FindInstanceAsync(request.VnfInstanceId, cancellationToken);
        if (instance is null)
        {
            return new Admission.Refused(EngineFaults.InstanceUnknown(request.VnfInstanceId));
        }

        if (await store.FindOpenOccurrenceAsync(instance.Id, cancellationToken) is { } open)
        {
            return new Admission.Refused(EngineFaults.AnotherOperation(open));
        }

        if (request.Objection(instance) is { } objection)
        {
            return new Admission.Refused(objection);
        }

        var operation = New(request);
        try
        {
            await store.CommitAsync(
                new JournalPoint(operation, Step: null, IsStateEntered: true),
                [
                    InstanceTable.DemandUnchanged(instance),
                    OccurrenceTable.Insert(operation),
                    StateNotification.Of(operation, NotifiedInstance.Of(instance), ids.Next()),
                    .. request.AlsoWritten(instance, operation),
                ],
                cancellationToken);
        }
        catch (StoreConflictException)
        {
            return null;
        }

        LogOpened(operation.Operation, operation.Id.Value, operation.VnfInstanceId.Value);
        loop.Wake(operation.Id);
        return new Admission.Opened(operation);
    }

    private VnfLcmOpOcc New(OpeningRequest request)
    {
        var now = time.GetUtcNow();
        return new VnfLcmOpOcc
        {
            Id = new OperationId(ids.Next()),
            VnfInstanceId = request.VnfInstanceId,
            Operation = request.Operation,
            PlanVersion = plans.Newest(request.Operation).Version,
            StartTime = now,
            StateEnteredTime = now,
            IsAutomaticInvocation = request.IsAutomaticInvocation,
            LeavesFailedTempUnattended = request.LeavesFailedTempUnattended,
            Parameters = request.Parameters,
        };
    }

    [LoggerMessage(
        Level = LogLevel.Information, Message = "Opened {Operation} {OperationId} of VNF instance {VnfInstanceId}")]
    private partial void LogOpened(LcmOperationType operation, Guid operationId, Guid vnfInstanceId);
}
