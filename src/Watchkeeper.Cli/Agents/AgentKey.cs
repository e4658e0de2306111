using Watchkeeper.Cli.Api;

namespace Watchkeeper.Cli.Agents;

/// <summary>The key under which a VNF keeps the name of its agent.</summary>
internal static class AgentKey
{
    /// <summary>The key that descriptors commonly use, and the source document's samples.</summary>
    public const string Usual = "MONITORING_AGENT";

    /// <summary>The key that an instance was deployed with.</summary>
    public static async Task<string> OfInstanceAsync(
        ServerApi api, string vnfInstanceId, CancellationToken cancellationToken)
    {
        try
        {
            var monitoring = await api.GetAsync(Resource.Monitoring(vnfInstanceId), cancellationToken);
            return monitoring.Text("key") is { Length: > 0 } key ? key : Usual;
        }
        catch (WkException refusal) when (refusal.Status is 404 or 409)
        {
            // Not there, or not instantiated: the request itself will say so, better than this question could.
            return Usual;
        }
    }

    /// <summary>The key that the descriptor of a not yet instantiated VNF names.</summary>
    public static async Task<string> OfVnfdAsync(
        ServerApi api, string vnfInstanceId, CancellationToken cancellationToken)
    {
        var vnf = await api.GetAsync(Resource.Of(Resource.Instances, vnfInstanceId), cancellationToken);
        try
        {
            var packages = await api.ListAsync(Resource.Packages, cancellationToken);
            var package = packages.Items().FirstOrDefault(one => one.Text("vnfdId") == vnf.Text("vnfdId"));
            return package.Text("agentKey") is { Length: > 0 } key ? key : Usual;
        }
        catch (WkException refusal) when (refusal.Status == 404)
        {
            return Usual;
        }
    }
}
