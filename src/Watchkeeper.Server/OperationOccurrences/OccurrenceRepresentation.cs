using System.Text.Json;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Engine;
using Watchkeeper.Server.Notifications;
using Watchkeeper.Server.Sol003;

namespace Watchkeeper.Server.OperationOccurrences;

/// <summary>Prints an operation occurrence.</summary>
internal static class OccurrenceRepresentation
{
    /// <summary>What a change of an instance that is gone is shown as.</summary>
    public static JsonElement NoChange { get; } = JsonElement.Parse("{}");

    /// <summary>The occurrence as clients see it.</summary>
    /// <param name="operation">What is stored.</param>
    /// <param name="plan">Its plan; null when it was made by a newer Watchkeeper.</param>
    /// <param name="links">Where resources are.</param>
    /// <param name="profile">As what migrations are shown.</param>
    /// <param name="change">What a migration that is shown as the standard's operation is to change; not looked at when
    /// it was changed.</param>
    public static VnfLcmOpOccResponse Of(
        VnfLcmOpOcc operation, OperationPlan? plan, Links links, NotificationProfile profile, JsonElement? change)
    {
        var isStandard = profile.ShowsAsStandard(operation.Operation);

        Link? LinkTo(OccurrenceTask task) =>
            task.IsPossible(operation.State, plan) ? links.OccurrenceTask(operation.Id, task.Name) : null;

        return new VnfLcmOpOccResponse
        {
            Id = operation.Id.ToString(),
            OperationState = Spelling.Of(operation.State),
            StateEnteredTime = operation.StateEnteredTime,
            StartTime = operation.StartTime,
            VnfInstanceId = operation.VnfInstanceId.ToString(),
            Operation = isStandard ? NotificationForm.StandardOperation : Spelling.Of(operation.Operation),
            IsAutomaticInvocation = operation.IsAutomaticInvocation,
            OperationParams = ParametersOf(operation, isStandard, change),
            IsCancelPending = false,
            Error = operation.Fault is { } fault ? ProblemBody.Of(fault) : null,
            ResourceChanges = AffectedVnfcsOf(operation) is { } affected ? new ResourceChangesResponse(affected) : null,
            ChangedInfo = operation.ChangedInfo,
            Warnings = operation.Warnings.IsEmpty ? null : operation.Warnings,
            MonitoringMigration = MigrationOf(operation),
            Links = new VnfLcmOpOccLinks(
                new Link(links.Occurrence(operation.Id)),
                new Link(links.Instance(operation.VnfInstanceId)),
                LinkTo(OccurrenceTask.Retry),
                LinkTo(OccurrenceTask.Rollback),
                LinkTo(OccurrenceTask.Fail),
                LinkTo(OccurrenceTask.Cancel)),
        };
    }

    /// <summary>Leaves out what a list leaves out by default (SOL013 5.3).</summary>
    public static VnfLcmOpOccResponse Short(VnfLcmOpOccResponse full) => full with
    {
        OperationParams = null,
        Error = null,
        ResourceChanges = null,
        ChangedInfo = null,
        Warnings = null,
    };

    /// <summary>The VNFCs that the operation touched; null where that is not known.</summary>
    public static JsonElement? AffectedVnfcsOf(VnfLcmOpOcc operation) =>
        operation.Details is { ValueKind: JsonValueKind.Object } details
        && details.TryGetProperty("affectedVnfcs", out var affected)
            ? affected
            : null;

    // The parameters of MODIFY_INFO are the change itself (SOL003 5.5.2.13).
    private static JsonElement? ParametersOf(VnfLcmOpOcc operation, bool isStandard, JsonElement? change) =>
        isStandard ? operation.ChangedInfo ?? change
        : operation.Parameters is { ValueKind: JsonValueKind.Object } parameters ? Secrets.Without(parameters)
        : null;

    private static JsonElement? MigrationOf(VnfLcmOpOcc operation) =>
        operation is not { Operation: LcmOperationType.MonitoringMigration, Details: { } details } ? null
        : details.ValueKind == JsonValueKind.Object && details.TryGetProperty("monitoringMigration", out var inner)
            ? inner
            : details;
}
