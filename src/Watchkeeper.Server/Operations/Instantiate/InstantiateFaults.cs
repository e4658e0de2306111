using Watchkeeper.Lifecycle.Faults;

namespace Watchkeeper.Server.Operations.Instantiate;

/// <summary>Every expected failure of an instantiation that is its own, with the message that clients see.</summary>
internal static class InstantiateFaults
{
    public static Fault AlreadyInstantiated => new(
        "faults/already-instantiated", "VNF already instantiated", 409, "The VNF instance is INSTANTIATED already.");

    public static Fault PackageGone(string vnfdId) => new(
        "faults/package-gone", "No such VNF package", 409, $"No VNF package of VNFD '{vnfdId}' is stored any more.");

    public static Fault AgentUnknown(string key, string agent) => new(
        "faults/agent-unknown", "No such monitoring agent", 409,
        $"'{key}' names the monitoring agent '{agent}', which does not exist.");

    public static Fault AgentNotOnline(string key, string agent, string state) => new(
        "faults/agent-not-online", "Monitoring agent not reachable", 409,
        $"'{key}' names the monitoring agent '{agent}', which is {state}, not ONLINE.");

    public static Fault AgentTakesNone(string key, string agent, string why) => new(
        "faults/agent-takes-none", "Monitoring agent takes no VM", 409,
        $"'{key}' names the monitoring agent '{agent}', which {why}.");
}
