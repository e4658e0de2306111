using Watchkeeper.Lifecycle.Instances;

namespace Watchkeeper.Server.Sol003;

/// <summary>The names of VM and monitor states, as the source document writes them.</summary>
internal static class SourceNames
{
    /// <summary>
    /// The state of a VM, for example <c>VM_ALIVE_STATE</c>. One whose monitoring was disabled on request is shown so,
    /// although what was known of it before is kept.
    /// </summary>
    public static string StateOf(Vnfc vnfc) => Of(
        vnfc is { Monitor: MonitorState.Unset, State: VmState.Error } ? VmState.MonitorUnset : vnfc.State);

    private static string Of(VmState state) => state switch
    {
        VmState.Deploying => "VM_DEPLOYING_STATE",
        VmState.Inert => "VM_INERT_STATE",
        VmState.Alive => "VM_ALIVE_STATE",
        VmState.MonitorUnset => "VM_MONITOR_UNSET_STATE",
        VmState.Error => "VM_ERROR_STATE",
        VmState.Shutoff => "VM_SHUTOFF_STATE",
        VmState.Undeploying => "VM_UNDEPLOYING_STATE",
        _ => throw new InvalidOperationException($"Unknown state {state}."),
    };

    /// <summary>For example <c>SET_FAILED</c>.</summary>
    public static string Of(MonitorState monitor) => monitor switch
    {
        MonitorState.Set => "SET",
        MonitorState.Unset => "UNSET",
        MonitorState.SetFailed => "SET_FAILED",
        MonitorState.Unwatched => "UNWATCHED",
        _ => throw new InvalidOperationException($"Unknown monitor {monitor}."),
    };
}
