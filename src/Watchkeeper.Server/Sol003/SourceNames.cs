using Watchkeeper.Lifecycle.Instances;

namespace Watchkeeper.Server.Sol003;

/// <summary>The names of VM and monitor states, as the source document writes them.</summary>
internal static class SourceNames
{
    /// <summary>For example <c>VM_ALIVE_STATE</c>.</summary>
    public static string Of(VmState state) => state switch
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
