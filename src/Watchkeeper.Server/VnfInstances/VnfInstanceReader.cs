using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Server.Sol003;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.VnfInstances;

/// <summary>Reads VNF instances with what belongs to their representation.</summary>
internal sealed class VnfInstanceReader(Store store, Links links)
{
    public Collection<VnfInstance, VnfInstanceResponse> Collection => new()
    {
        Uri = links.ApiUri + "/vnf_instances",
        Fetch = (after, count, cancellationToken) =>
            store.InstancesAsync(after is { } id ? new VnfInstanceId(id) : null, count, cancellationToken),
        IdOf = instance => instance.Id.Value,
        Represent = RepresentAsync,
        WithoutDefaultExclusions = VnfInstanceRepresentation.Short,
        Shape = VnfInstancesJson.Default.VnfInstanceResponse,
    };

    /// <summary>One instance with its row's version; null when there is none.</summary>
    public async Task<(long Version, VnfInstanceResponse Response)?> FindAsync(
        VnfInstanceId id, CancellationToken cancellationToken)
    {
        if (await store.FindInstanceAsync(id, cancellationToken) is not { } instance)
        {
            return null;
        }

        var open = await store.FindOpenOccurrenceAsync(id, cancellationToken);
        return (instance.Version, await RepresentAsync(instance, open is not null, cancellationToken));
    }

    private async Task<ImmutableArray<VnfInstanceResponse>> RepresentAsync(
        ImmutableArray<VnfInstance> instances, AttributeFilter? filter, CancellationToken cancellationToken)
    {
        if (instances.IsEmpty)
        {
            return [];
        }

        var open = await store.OpenOccurrencesAsync(cancellationToken);
        var held = open.Select(operation => operation.VnfInstanceId).ToHashSet();
        var responses = ImmutableArray.CreateBuilder<VnfInstanceResponse>(instances.Length);
        foreach (var instance in instances)
        {
            // A list leaves the VMs out, so they are read only when a filter looks at them.
            responses.Add(filter?.LooksInto("instantiatedVnfInfo") == true
                ? await RepresentAsync(instance, held.Contains(instance.Id), cancellationToken)
                : VnfInstanceRepresentation.Of(instance, [], held.Contains(instance.Id), links));
        }

        return responses.MoveToImmutable();
    }

    private async Task<VnfInstanceResponse> RepresentAsync(
        VnfInstance instance, bool isHeld, CancellationToken cancellationToken)
    {
        var vnfcs = instance.IsInstantiated ? await store.VnfcsAsync(instance.Id, cancellationToken) : [];
        return VnfInstanceRepresentation.Of(instance, [.. vnfcs.Select(watched => watched.Vnfc)], isHeld, links);
    }
}
