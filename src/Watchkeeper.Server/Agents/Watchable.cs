using Watchkeeper.Lifecycle.Instances;

namespace Watchkeeper.Server.Agents;

/// <summary>Which VMs are to have a monitor.</summary>
internal static class Watchable
{
    /// <summary>
    /// Whether a VM is to be watched: it is there, nobody has disabled its monitor, and it is not being removed. The
    /// end of one that is must not look like a failure.
    /// </summary>
    public static bool IsToBeWatched(this Vnfc vnfc) =>
        vnfc.Monitor != MonitorState.Unset
        && vnfc.State is VmState.Inert or VmState.Alive or VmState.Error
        && vnfc.Agent is not null;
}
