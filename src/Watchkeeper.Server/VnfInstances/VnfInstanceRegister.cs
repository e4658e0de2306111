using System.Text.Json;
using Watchkeeper.Lifecycle.Faults;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Server.Engine;
using Watchkeeper.Server.Notifications;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.VnfInstances;

/// <summary>What became of a request for a new VNF instance. A closed set.</summary>
internal abstract record Creation
{
    private Creation()
    {
    }

    /// <summary>It is stored, and told.</summary>
    public sealed record Made(VnfInstance Instance) : Creation;

    /// <summary>Nothing was stored.</summary>
    public sealed record Refused(Fault Fault) : Creation;
}

/// <summary>What became of a request to delete a VNF instance. A closed set.</summary>
internal abstract record Deletion
{
    private Deletion()
    {
    }

    /// <summary>It is deleted, and told.</summary>
    public sealed record Gone : Deletion;

    /// <summary>Nothing was stored.</summary>
    public sealed record Refused(Fault Fault) : Deletion;
}

/// <summary>Makes and deletes VNF instances, each in one commit with the notification that tells of it.</summary>
internal sealed class VnfInstanceRegister(Store store, FindVnfd findVnfd, IIdSource ids, TimeProvider time)
{
    public async Task<Creation> CreateAsync(CreateVnfRequest request, CancellationToken cancellationToken)
    {
        if (await findVnfd(request.VnfdId, cancellationToken) is not { } stored)
        {
            return new Creation.Refused(VnfInstanceFaults.NoSuchVnfd(request.VnfdId));
        }

        var now = time.GetUtcNow();
        var instance = new VnfInstance
        {
            Id = new VnfInstanceId(ids.Next()),
            Name = request.VnfInstanceName,
            Description = request.VnfInstanceDescription,
            Vnfd = stored.Vnfd,
            AgentKey = stored.Vnfd.AgentKey,
            CreatedAt = now,
            Extensions = stored.Extensions,
            ConfigurableProperties = stored.ConfigurableProperties,
            Metadata = Merged(stored.Metadata, request.Metadata),
        };
        await store.CommitAsync(
            [
                InstanceTable.Insert(instance),
                NotificationTable.Append(Told(instance, NotificationTypes.IdentifierCreation, now)),
            ],
            cancellationToken);
        return new Creation.Made(instance);
    }

    /// <summary>Deletes an instance if it is still as the caller saw it.</summary>
    /// <param name="id">Which.</param>
    /// <param name="objection">What the caller has against the version that is deleted; null when nothing.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<Deletion> DeleteAsync(
        VnfInstanceId id, Func<VnfInstance, Fault?> objection, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await store.FindInstanceAsync(id, cancellationToken) is not { } instance)
            {
                return new Deletion.Refused(Sol003.RequestFaults.NotFound("VNF instance"));
            }

            if ((objection(instance) ?? await StateObjectionAsync(instance, cancellationToken)) is { } fault)
            {
                return new Deletion.Refused(fault);
            }

            try
            {
                var told = Told(instance, NotificationTypes.IdentifierDeletion, time.GetUtcNow());
                await store.CommitAsync(
                    [
                        OccurrenceTable.DemandNoneOpen(id),
                        InstanceTable.Delete(instance),
                        NotificationTable.Append(told),
                    ],
                    cancellationToken);
                return new Deletion.Gone();
            }
            catch (StoreConflictException)
            {
                // It was changed, deleted or taken by an operation meanwhile: what is there now decides. Each turn of
                // this loop means that somebody else got ahead, so it ends.
            }
        }
    }

    private async Task<Fault?> StateObjectionAsync(VnfInstance instance, CancellationToken cancellationToken) =>
        await store.FindOpenOccurrenceAsync(instance.Id, cancellationToken) is not null ? VnfInstanceFaults.Held
        : instance.IsInstantiated ? VnfInstanceFaults.Instantiated
        : instance.Deployment is not null ? VnfInstanceFaults.LeftoverVms
        : null;

    private static ImmutableSortedDictionary<string, JsonElement> Merged(
        ImmutableSortedDictionary<string, JsonElement> initial, JsonElement? sent) => sent is not { } pairs
            ? initial
            : initial.SetItems(pairs.EnumerateObject()
                .Where(pair => pair.Value.ValueKind != JsonValueKind.Null)
                .Select(pair => KeyValuePair.Create(pair.Name, pair.Value)));

    private NotificationEntry Told(VnfInstance instance, string type, DateTimeOffset now) =>
        new(ids.Next(), type, now, NotifiedInstance.Of(instance), Operation: null);
}
