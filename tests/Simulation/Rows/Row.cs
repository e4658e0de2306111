using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Server.Operations.MonitoringMigration;

namespace Simulation.Rows;

/// <summary>One row of the error table as a scenario: what is made to go wrong, and what clients do about
/// it.</summary>
internal sealed record Row(string Name)
{
    /// <summary>The agent that is asked for.</summary>
    public string To { get; init; } = "dmona2";

    public ImmutableArray<string> ServerArguments { get; init; } = [];

    /// <summary>Failures that dmona1, where the VNF is, rehearses.</summary>
    public ImmutableArray<Drill> OldDrills { get; init; } = [];

    /// <summary>Failures that dmona2, where it is to go, rehearses.</summary>
    public ImmutableArray<Drill> NewDrills { get; init; } = [];

    public bool IsDisabled { get; init; }

    /// <summary>The step that runs when a client asks for a cancel; null: nobody does.</summary>
    public StepName? CancelIn { get; init; }

    /// <summary>Whether a client asks for a rollback once the operation waits.</summary>
    public bool RollsBack { get; init; }

    public static ImmutableArray<Row> All { get; } =
    [
        new("row-01-validation-failure") { To = "dmona9" },
        new("row-02-monitoring-already-unset") { IsDisabled = true },
        new("row-03-unset-fails") { OldDrills = [new(DrillKind.RefuseUnset, 0, null)] },
        new("row-04-update-fails") { ServerArguments = ["--drill:serviceUpdate=fail:times=1"] },
        new("row-05-set-fails") { NewDrills = [new(DrillKind.RefuseSet, 1, 1)] },
        new("row-06-unset-fails-while-rolling-back")
        {
            NewDrills = [new(DrillKind.RefuseSet, 1, 1), new(DrillKind.RefuseUnset, 0, null)], RollsBack = true,
        },
        new("row-07-update-fails-while-rolling-back")
        {
            ServerArguments = ["--drill:rollbackUpdate=fail:times=1"],
            NewDrills = [new(DrillKind.RefuseSet, 1, 1)],
            RollsBack = true,
        },
        new("row-07-nothing-to-roll-back")
        {
            ServerArguments = ["--drill:serviceUpdate=fail:times=1"], RollsBack = true,
        },
        new("row-08-set-fails-while-rolling-back")
        {
            OldDrills = [new(DrillKind.RefuseSet, 0, 1)], NewDrills = [new(DrillKind.RefuseSet, 1, 1)], RollsBack =
                true,
        },
        new("row-09-cancel-during-unset")
        {
            OldDrills = [new(DrillKind.HangUnset, 0, 1)], CancelIn = MigrationPlan.UnsetMonitor,
        },
        new("row-10-cancel-during-update") { CancelIn = MigrationPlan.UpdateService },
        new("row-11-cancel-during-set")
        {
            NewDrills = [new(DrillKind.HangSet, 0, 1)], CancelIn = MigrationPlan.SetMonitor,
        },
    ];
}
