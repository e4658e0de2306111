namespace Watchkeeper.Cli.Api;

/// <summary>The paths of the server's resources, below its root.</summary>
internal static class Resource
{
    public const string Instances = "vnflcm/v2/vnf_instances";
    public const string Operations = "vnflcm/v2/vnf_lcm_op_occs";
    public const string Subscriptions = "vnflcm/v2/subscriptions";
    public const string Agents = "vnflcm/v2/ext/monitoring_agents";
    public const string Packages = "vnflcm/v2/ext/vnf_packages";
    public const string Events = "vnflcm/v2/ext/events";
    public const string Status = "vnflcm/v2/ext/status";
    public const string Drills = "vnflcm/v2/ext/drills";
    public const string Alarms = "vnffm/v1/alarms";
    public const string Ready = "health/ready";

    /// <summary>One of a collection, or a task of it.</summary>
    public static string Of(string collection, string id, string? task = null) =>
        $"{collection}/{Uri.EscapeDataString(id)}{(task is null ? "" : "/" + task)}";

    /// <summary>The monitoring of a VNF instance, or a task of it.</summary>
    public static string Monitoring(string vnfInstanceId, string? task = null) => Of(
        "vnflcm/v2/ext/vnf_instances", vnfInstanceId, task is null ? "monitoring" : "monitoring/" + task);
}
