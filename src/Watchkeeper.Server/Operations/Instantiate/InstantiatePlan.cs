using Watchkeeper.Lifecycle.Operations;
using static Watchkeeper.Lifecycle.Operations.IfFails;

namespace Watchkeeper.Server.Operations.Instantiate;

/// <summary>Makes a VNF's VMs, has them watched, and waits until each was seen alive.</summary>
internal static class InstantiatePlan
{
    /// <summary>Looks for objections while nothing is started: the agent, its room, the VIM.</summary>
    public static readonly StepName Prepare = new("prepare");

    /// <summary>Stores the deployment and a row for each VM to be made.</summary>
    public static readonly StepName Allocate = new("allocate");

    /// <summary>Has the VIM make the VMs.</summary>
    public static readonly StepName MakeVms = new("make-vms");

    /// <summary>Sets the monitors on the agent that the deployment names.</summary>
    public static readonly StepName SetMonitor = new("set-monitor");

    /// <summary>Waits until the aliveness KPI of every VM has come true.</summary>
    public static readonly StepName AwaitAlive = new("await-alive");

    /// <summary>The plan.</summary>
    public static OperationPlan Plan => new()
    {
        Operation = LcmOperationType.Instantiate,
        Version = 1,
        Preparation = [new(Prepare, Stop)],
        Forward =
        [
            new(Allocate, Stop),
            new(MakeVms, Stop),
            new(SetMonitor, Stop),
            new(AwaitAlive, Stop, OnlyWaits: true),
        ],
        Backward =
        [
            new(UnsetAllStep.StepName, GoOn),
            new(RemoveVmsStep.StepName, Stop),
        ],
        IsCancellable = true,
    };
}
