using Watchkeeper.Lifecycle.Instances;

namespace Watchkeeper.Server.Storage;

/// <summary>What deployments name.</summary>
internal sealed partial class Store
{
    private const int InstancesAtOnce = 500;

    /// <summary>Whether the deployment of any VNF instance names an agent. Reads every instance: for a request that is
    /// rare.</summary>
    public async Task<bool> IsAgentDeployedAsync(string agent, CancellationToken cancellationToken)
    {
        VnfInstanceId? after = null;
        while (true)
        {
            var page = await InstancesAsync(after, InstancesAtOnce, cancellationToken);
            if (page.Any(instance => instance.Deployment?.Agent.Name == agent))
            {
                return true;
            }

            if (page.Length < InstancesAtOnce)
            {
                return false;
            }

            after = page[^1].Id;
        }
    }
}
