using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Engine;

/// <summary>The notification entry of a state, committed together with the state itself.</summary>
internal static class StateNotification
{
    /// <summary>The source document's type: what it prints for MONITORING_MIGRATION.</summary>
    public const string InfrastructureType = "InfrastructureOperationOccurrenceNotification";

    /// <summary>The standard's type (SOL003 5.5.2.17).</summary>
    public const string StandardType = "VnfLcmOperationOccurrenceNotification";

    public static string TypeOf(LcmOperationType operation) =>
        operation == LcmOperationType.MonitoringMigration ? InfrastructureType : StandardType;

    /// <summary>The write that tells subscribers of the state that the occurrence has entered.</summary>
    public static Write Of(VnfLcmOpOcc operation, NotifiedInstance instance, Guid id) =>
        NotificationTable.Append(new NotificationEntry(
            id, TypeOf(operation.Operation), operation.StateEnteredTime, instance, operation));
}
