using Watchkeeper.Lifecycle.Operations;
using static Watchkeeper.Lifecycle.Operations.IfFails;

namespace Watchkeeper.Server.Operations.MonitoringMigration;

/// <summary>Moves a VNF's monitoring to another agent: unset it there, record the new agent, set it here.</summary>
/// <remarks>
/// Every row of the specification's error table is a cell of this plan. <see cref="SetMonitor"/> always sets on the
/// agent that the stored deployment names: so the one step serves going forward, amending a failed update, and rolling
/// back.
/// </remarks>
internal static class MigrationPlan
{
    /// <summary>Asks everything that can be asked before anything is touched; rows 1 and 2.</summary>
    public static readonly StepName Validate = new("validate");

    /// <summary>Puts the monitors to sleep on the agents that hold them; rows 3 and 6.</summary>
    public static readonly StepName UnsetMonitor = new("unset-monitor");

    /// <summary>Stores the other agent, and a new epoch for every VM; rows 4 and 7.</summary>
    public static readonly StepName UpdateService = new("update-service");

    /// <summary>Sets the monitors on the agent that the stored deployment names; rows 5 and 8.</summary>
    public static readonly StepName SetMonitor = new("set-monitor");

    /// <summary>Refuses a rollback that has nothing to update; row 7.</summary>
    public static readonly StepName CheckRollback = new("check-rollback");

    /// <summary>The plan.</summary>
    public static OperationPlan Plan => new()
    {
        Operation = LcmOperationType.MonitoringMigration,
        Version = 1,
        Forward =
        [
            new(Validate, Stop, Unattended: LcmTrigger.FailRequested),
            new(UnsetMonitor, GoOn),
            new(UpdateService, Stop, Amend: SetMonitor, Unattended: LcmTrigger.RollbackRequested),
            new(SetMonitor, Stop, Unattended: LcmTrigger.RollbackRequested),
        ],
        Backward =
        [
            new(CheckRollback, Stop),
            new(UnsetMonitor, GoOn),
            new(UpdateService, Stop, Amend: SetMonitor),
            new(SetMonitor, GoOn),
        ],
    };
}
