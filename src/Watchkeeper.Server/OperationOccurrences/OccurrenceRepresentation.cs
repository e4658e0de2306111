using System.Text.Json;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Sol003;

namespace Watchkeeper.Server.OperationOccurrences;

/// <summary>Finds the plan that an occurrence was opened with; null when there is none.</summary>
internal delegate OperationPlan? PlanOf(VnfLcmOpOcc operation);

/// <summary>Which of the requests on an occurrence would be accepted: asked of the state machine and of the plan.</summary>
internal static class OccurrenceTasks
{
    /// <summary>Whether the occurrence can have this done to it at all, in some state.</summary>
    /// <remarks>An operation whose plan has nothing backward can't be rolled back.</remarks>
    public static bool IsSupported(LcmTrigger trigger, OperationPlan? plan) => trigger switch
    {
        LcmTrigger.RetryRequested or LcmTrigger.FailRequested => plan is not null,
        LcmTrigger.RollbackRequested => plan is { Backward.IsEmpty: false },
        _ => false,
    };

    /// <summary>Whether it would be accepted now.</summary>
    public static bool IsPossible(LcmTrigger trigger, LcmOperationState state, OperationPlan? plan) =>
        IsSupported(trigger, plan) && LcmStateMachine.TryMove(state, trigger, out _);
}

/// <summary>Prints an operation occurrence.</summary>
internal static class OccurrenceRepresentation
{
    public static VnfLcmOpOccResponse Of(VnfLcmOpOcc operation, OperationPlan? plan, Links links)
    {
        Link? TaskLink(LcmTrigger trigger, string task) =>
            OccurrenceTasks.IsPossible(trigger, operation.State, plan)
                ? links.OccurrenceTask(operation.Id, task)
                : null;

        return new VnfLcmOpOccResponse
        {
            Id = operation.Id.ToString(),
            OperationState = LcmNames.Print(operation.State),
            StateEnteredTime = operation.StateEnteredTime,
            StartTime = operation.StartTime,
            VnfInstanceId = operation.VnfInstanceId.ToString(),
            Operation = LcmNames.Print(operation.Operation),
            IsAutomaticInvocation = operation.IsAutomaticInvocation,
            OperationParams = operation.Parameters is { ValueKind: JsonValueKind.Object } parameters
                ? Secrets.Without(parameters)
                : null,
            IsCancelPending = false,
            Error = operation.Fault is { } fault ? ProblemBody.Of(fault) : null,
            ResourceChanges = AffectedVnfcsOf(operation) is { } affected ? new ResourceChangesResponse(affected) : null,
            ChangedInfo = operation.ChangedInfo,
            Warnings = operation.Warnings.IsEmpty ? null : operation.Warnings,
            MonitoringMigration = MigrationOf(operation),
            Links = new VnfLcmOpOccLinks(
                new Link(links.Occurrence(operation.Id)),
                new Link(links.Instance(operation.VnfInstanceId)),
                TaskLink(LcmTrigger.RetryRequested, "retry"),
                TaskLink(LcmTrigger.RollbackRequested, "rollback"),
                TaskLink(LcmTrigger.FailRequested, "fail")),
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

    private static JsonElement? MigrationOf(VnfLcmOpOcc operation) =>
        operation is not { Operation: LcmOperationType.MonitoringMigration, Details: { } details } ? null
        : details.ValueKind == JsonValueKind.Object && details.TryGetProperty("monitoringMigration", out var inner) ? inner
        : details;
}
