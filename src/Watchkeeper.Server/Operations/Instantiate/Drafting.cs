using Watchkeeper.Lifecycle.Faults;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Server.Packages;
using Watchkeeper.Server.Packages.Resolution;
using Watchkeeper.Server.Sol003;
using Watchkeeper.Server.Vim;

namespace Watchkeeper.Server.Operations.Instantiate;

/// <summary>
/// What an instantiate request comes to: the deployment with all inputs put in, and the VIM that makes it.
/// </summary>
internal sealed record Blueprint(ResolvedDeployment Deployment, IVim Vim, string? VimConnectionId);

/// <summary>
/// Draws the blueprint of a request: from the stored package, the request and the instance's stored pairs.
/// </summary>
internal sealed class Drafting(PackageStore packages, VimRegistry vims)
{
    /// <summary>Draws it; the fault names what is wrong with the request.</summary>
    public async Task<(Blueprint? Blueprint, Fault? Fault)> DraftAsync(
        VnfInstance instance, InstantiateRequest request, CancellationToken cancellationToken)
    {
        var package = await packages.FindAsync(instance.Vnfd.VnfdId, cancellationToken);
        if (package is null)
        {
            return (null, InstantiateFaults.PackageGone(instance.Vnfd.VnfdId));
        }

        return vims.Choose(request.VimConnections) switch
        {
            VimChoice.Chosen(var vim, var connection) => Drawn(package, instance, request, vim, connection),
            VimChoice.Refused(var attribute, var why) => (null, RequestFaults.Attribute(attribute, why)),
            var choice => throw new InvalidOperationException($"Unknown choice {choice}."),
        };
    }

    private static (Blueprint? Blueprint, Fault? Fault) Drawn(
        StoredPackage package, VnfInstance instance, InstantiateRequest request, IVim vim, string? connection)
    {
        var resolution = DeploymentResolver.Resolve(new DeploymentRequest
        {
            Package = package,
            FlavourId = request.FlavourId,
            InstantiationLevelId = request.InstantiationLevelId,
            AdditionalParams = request.AdditionalParams,
            StoredPair = key => Pairs.Find(instance, key),
            InstanceAgentKey = instance.AgentKey,
        });
        return resolution switch
        {
            DeploymentResolution.Resolved(var deployment) =>
                (new Blueprint(deployment, vim, connection), null),
            DeploymentResolution.Refused(var fault) => (null, fault),
            _ => throw new InvalidOperationException($"Unknown resolution {resolution}."),
        };
    }
}
