using Watchkeeper.Lifecycle.Faults;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Lifecycle.Operations;

namespace Watchkeeper.Server.Engine;

/// <summary>What the engine itself may answer or end with.</summary>
internal static class EngineFaults
{
    public static Fault InstanceUnknown(VnfInstanceId id) => new(
        "faults/vnf-instance-unknown", "No such VNF instance", 404, $"There is no VNF instance {id}.");

    public static Fault OperationUnknown(OperationId id) => new(
        "faults/operation-unknown", "No such operation occurrence", 404, $"There is no operation occurrence {id}.");

    public static Fault AnotherOperation(VnfLcmOpOcc open) => new(
        "faults/operation-open", "Another operation has not ended", 409,
        $"{Spelling.Of(open.Operation)} {open.Id} of VNF instance {open.VnfInstanceId} is {Spelling.Of(open.State)}.");

    public static Fault Busy(VnfInstanceId id) => new(
        "faults/instance-busy", "The VNF instance keeps changing", 409,
        $"VNF instance {id} was changed by others again and again; nothing was opened. Try again.");

    public static Fault NoCancel(VnfLcmOpOcc operation) => new(
        "faults/cancel-unavailable", "The operation can't be cancelled", 404,
        $"{Spelling.Of(operation.Operation)} is atomic: {operation.Id} can't be cancelled.");

    public static Fault WrongState(VnfLcmOpOcc operation, string request) => new(
        "faults/operation-state", "Not possible in this state", 409,
        $"{operation.Id} is {Spelling.Of(operation.State)}: {request} is not possible in this state.");

    public static Fault Cancelled(VnfLcmOpOcc operation) => new(
        "faults/cancelled", "Cancelled", 409, $"{operation.Id} was cancelled by a client.");

    public static Fault StoreUnavailable() => new(
        "faults/store-unavailable", "The store is unavailable", 503,
        "The store takes no writes at the moment; nothing was changed. Try again.");

    /// <summary>A step failed in a way that nobody expected: the log has the rest under the reference.</summary>
    public static Fault Unexpected(StepName step, Guid reference) => new(
        "faults/unexpected", "Unexpected failure", 500,
        $"Step '{step}' failed unexpectedly; the log of the VNF manager has the details under {reference:D}.");
}
