using Watchkeeper.Lifecycle.Faults;

namespace Watchkeeper.Server.Operations.MonitoringMigration;

/// <summary>Every expected failure of a migration, with the message that clients see.</summary>
internal static class MigrationFaults
{
    public static Fault NotWellFormed(string whyNot) => new(
        "faults/invalid-attribute", "An attribute is not valid", 422, whyNot);

    public static Fault AgentUnknown(string agent) => new(
        "faults/agent-unknown", "No such monitoring agent", 404, $"No monitoring agent is named '{agent}'.");

    public static Fault AgentNotOnline(string agent, string state) => new(
        "faults/agent-not-online", "Monitoring agent not reachable", 409,
        $"The monitoring agent '{agent}' is {state}, not ONLINE.");

    public static Fault AgentDraining(string agent) => new(
        "faults/agent-draining", "Monitoring agent is draining", 409,
        $"The monitoring agent '{agent}' is draining and takes no VM.");

    public static Fault AgentFull(string agent, int capacity, int wanted) => new(
        "faults/agent-full", "Monitoring agent is full", 409,
        $"The monitoring agent '{agent}' watches at most {capacity} VMs and has no room for {wanted} more.");

    public static Fault AlreadyUnset(string vnfc) => new(
        "faults/monitoring-already-unset", "Monitoring already unset", 409,
        $"VM {vnfc} is in VM_MONITOR_UNSET_STATE: its monitoring was disabled on request. Enable it before migrating.");

    public static Fault BeingRemoved(string vnfc) => new(
        "faults/vm-being-removed", "A VM is being removed", 409,
        $"VM {vnfc} is in VM_UNDEPLOYING_STATE: a termination of this VNF was given up. Terminate the VNF again.");

    public static Fault NotSeenByNewAgent(string agent, string former, string vnfc, string address, string why) => new(
        "faults/not-seen-by-agent", "The new agent does not see a VM that the old one sees", 409,
        $"The monitoring agent '{agent}' does not see VM {vnfc} at {address} ({why}), which '{former}' sees.");

    public static Fault UpdateFailed(string why) => new(
        "faults/service-update-failed", "Service update failed", 500, $"The service update failed: {why}.");

    /// <summary>A rollback was asked for, and nothing was updated.</summary>
    /// <param name="cause">What stopped the operation: told on, for it is what has to be mended.</param>
    public static Fault NothingToRollBack(Fault? cause)
    {
        const string Type = "faults/nothing-to-update";
        return cause?.Type == Type
            ? cause
            : new Fault(
                Type, "Nothing to update", 409,
                "The stored deployment was never changed, so there is no update to roll back."
                + (cause is null ? "" : $" What stopped the operation: {cause.Detail}"));
    }
}
