using Watchkeeper.Lifecycle.Instances;

namespace Watchkeeper.Server.Agents.Reconciling;

/// <summary>What is done about a VM whose monitor is not where it should be.</summary>
internal enum ReconcileAct
{
    /// <summary>Nothing now.</summary>
    Leave,

    /// <summary>Its monitor is set on the agent that the deployment names.</summary>
    SetAtHome,

    /// <summary>It is moved from its guard to the agent that the deployment names.</summary>
    BringHome,

    /// <summary>Another agent watches it until then.</summary>
    Guard,
}

/// <summary>A VM as far as the decision looks at it.</summary>
/// <param name="Monitor">Whether it has a monitor.</param>
/// <param name="IsGuarded">Whether its assignment names a guard.</param>
/// <param name="IsAtHome">Whether its assignment names the agent that the deployment names: it has its room
/// there.</param>
/// <param name="Without">For how long it has had no monitor; zero when it has one.</param>
/// <param name="IsDue">Whether the pause since the last try is over.</param>
internal readonly record struct UnsettledVm(
    MonitorState Monitor, bool IsGuarded, bool IsAtHome, TimeSpan Without, bool IsDue, int Failures);

/// <summary>The agent that a deployment names, as far as the decision looks at it.</summary>
/// <param name="IsOnline">Whether it is ONLINE.</param>
/// <param name="TakesMore">Whether it is not draining, and has room for one more.</param>
internal readonly record struct HomeAgent(bool IsOnline, bool TakesMore);

/// <summary>Decides what is done about a VM whose monitor is not where it should be. Pure.</summary>
internal static class ReconcileDecision
{
    /// <summary>The decision.</summary>
    /// <param name="vm">The VM, which is to be watched.</param>
    /// <param name="home">The agent that the stored deployment names.</param>
    /// <param name="isHeld">Whether an operation that is at work holds the VNF instance: the VM is its own.</param>
    /// <param name="guardAfter">How long a VM is left without a monitor before it gets a guard.</param>
    public static ReconcileAct For(UnsettledVm vm, HomeAgent home, bool isHeld, TimeSpan guardAfter)
    {
        if (isHeld || !vm.IsDue || vm.Monitor == MonitorState.Unset)
        {
            return ReconcileAct.Leave;
        }

        if (vm.Monitor == MonitorState.Set)
        {
            return vm is { IsGuarded: true, IsAtHome: false } && home is { IsOnline: true, TakesMore: true }
                ? ReconcileAct.BringHome
                : ReconcileAct.Leave;
        }

        // An agent that goes on refusing it while it is ONLINE is no better than one that is lost.
        var needsGuard = vm.Without >= guardAfter;
        var isHomeAble = home.IsOnline && (vm.IsAtHome || home.TakesMore);
        return isHomeAble && !(needsGuard && vm.Failures > 0) ? ReconcileAct.SetAtHome
            : needsGuard ? ReconcileAct.Guard
            : ReconcileAct.Leave;
    }
}
