using Watchkeeper.Lifecycle.Operations;
using static Watchkeeper.Lifecycle.Operations.IfFails;

namespace Watchkeeper.Server.Operations.Terminate;

/// <summary>
/// Ends a VNF: its monitors first, so that nobody takes its end for a failure; then its VMs. It can't be rolled back.
/// </summary>
internal static class TerminatePlan
{
    /// <summary>The plan.</summary>
    public static OperationPlan Plan => new()
    {
        Operation = LcmOperationType.Terminate,
        Version = 1,
        Forward =
        [
            new(UnsetAllStep.StepName, GoOn),
            new(RemoveVmsStep.StepName, Stop),
        ],
        Backward = [],
        IsCancellable = true,
    };
}
