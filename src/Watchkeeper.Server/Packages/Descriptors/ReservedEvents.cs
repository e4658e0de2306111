namespace Watchkeeper.Server.Packages.Descriptors;

/// <summary>
/// The types of the core's own events. A KPI that raised one of them would have the core say what it did not do.
/// </summary>
internal static class ReservedEvents
{
    private static readonly ImmutableHashSet<string> Types = ImmutableHashSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "CREATE_SUBNET", "DELETE_SUBNET", "DELETE_NETWORK",
        "SERVICE_ALIVE", "SERVICE_UPDATED", "SERVICE_UNDEPLOYED", "SERVICE_REGISTRATION", "SERVICE_UNREGISTRATION",
        "SVC_SET_MONITOR_STATUS",
        "VM_DEPLOYED", "VM_UNDEPLOYED", "VM_UPDATED", "VM_STARTED", "VM_STOPPED", "VM_REBOOTED",
        "VM_MONITOR_SET", "VM_MONITOR_UNSET", "VM_SET_MONITOR_STATUS",
        "VM_RECOVERY_INIT", "VM_RECOVERY_REBOOT", "VM_RECOVERY_UNDEPLOYED", "VM_RECOVERY_DEPLOYED",
        "VM_RECOVERY_COMPLETE", "VM_RECOVERY_CANCELLED",
        "VM_SCALE_OUT_INIT", "VM_SCALE_OUT_DEPLOYED", "VM_SCALE_OUT_COMPLETE",
        "VM_SCALE_IN_INIT", "VM_SCALE_IN_COMPLETE");

    /// <summary>The event of a VM's life, which its aliveness KPI alone may raise.</summary>
    private const string Alive = "VM_ALIVE";

    /// <summary>Why a KPI may not raise this event; null when it may.</summary>
    public static string? Objection(string eventName, bool isAliveness)
    {
        if (!isAliveness && string.Equals(eventName, Alive, StringComparison.OrdinalIgnoreCase))
        {
            return $"the event {Alive} tells of a VM's life, so that only its aliveness KPI may raise it";
        }

        return Types.Contains(eventName)
            ? $"the event '{Excerpt.Of(eventName)}' is one of the VNF manager's own, which no KPI may raise"
            : null;
    }
}
