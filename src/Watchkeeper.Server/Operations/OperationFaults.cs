using Watchkeeper.Lifecycle.Faults;

namespace Watchkeeper.Server.Operations;

/// <summary>Expected failures that several operations know.</summary>
internal static class OperationFaults
{
    public static Fault NotInstantiated => new(
        "faults/not-instantiated", "VNF not instantiated", 409, "The VNF instance is not INSTANTIATED.");

    public static Fault UnsetFailed(string agent, string vnfcs, string why) => new(
        "faults/unset-failed", "Unset of the monitor failed", 502,
        $"The monitoring agent '{agent}' did not confirm that it left {vnfcs}: {why.TrimEnd('.')}.");

    public static Fault SetFailed(string agent, string vnfc, string why) => new(
        "faults/set-failed", "Set of the monitor failed", 502,
        $"The monitoring agent '{agent}' did not take VM {vnfc}: {why.TrimEnd('.')}.");
}
