using System.Text.Json;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Engine;
using Watchkeeper.Server.Notifications;
using Watchkeeper.Server.Operations.MonitoringMigration;
using Watchkeeper.Server.Sol003;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.OperationOccurrences;

/// <summary>Reads operation occurrences, and prints them with the links that their plans allow.</summary>
internal sealed class OccurrenceReader(Store store, PlanCatalog plans, Links links, NotificationProfile profile)
{
    public Collection<VnfLcmOpOcc, VnfLcmOpOccResponse> Collection => new()
    {
        Uri = links.ApiUri + "/vnf_lcm_op_occs",
        Fetch = (after, count, cancellationToken) =>
            store.OccurrencesAsync(after is { } id ? new OperationId(id) : null, count, cancellationToken),
        IdOf = operation => operation.Id.Value,
        Represent = RepresentAsync,
        WithoutDefaultExclusions = OccurrenceRepresentation.Short,
        Shape = OccurrencesJson.Default.VnfLcmOpOccResponse,
    };

    /// <summary>An occurrence by its id as it stands in a URI; null when there is none.</summary>
    public async Task<VnfLcmOpOcc?> FindAsync(string id, CancellationToken cancellationToken) =>
        Ids.TryRead(id, out var guid)
            ? await store.FindOccurrenceAsync(new OperationId(guid), cancellationToken)
            : null;

    /// <summary>The plan that an occurrence was opened with; null when it was made by a newer Watchkeeper.</summary>
    public OperationPlan? PlanOf(VnfLcmOpOcc operation) => plans.TryFind(operation, out var plan) ? plan : null;

    /// <summary>What its ETag has beside its version: a restart may change the profile, and with it what is
    /// shown.</summary>
    public string FormOf(VnfLcmOpOcc operation) =>
        profile.ShowsAsStandard(operation.Operation) ? $"-{profile.Name}" : "";

    /// <summary>The answer that shows one occurrence.</summary>
    public async Task<IResult> PrintAsync(VnfLcmOpOcc operation, CancellationToken cancellationToken) => Results.Json(
        Represent(operation, await ChangeOfAsync(operation, cancellationToken)),
        OccurrencesJson.Default.VnfLcmOpOccResponse);

    private async Task<ImmutableArray<VnfLcmOpOccResponse>> RepresentAsync(
        ImmutableArray<VnfLcmOpOcc> operations, AttributeFilter? filter, CancellationToken cancellationToken)
    {
        // A list leaves the parameters out, so they are made only when a filter looks at them.
        var isChangeWanted = filter?.LooksInto("operationParams") == true;
        var responses = ImmutableArray.CreateBuilder<VnfLcmOpOccResponse>(operations.Length);
        foreach (var operation in operations)
        {
            responses.Add(Represent(
                operation, isChangeWanted ? await ChangeOfAsync(operation, cancellationToken) : null));
        }

        return responses.MoveToImmutable();
    }

    private VnfLcmOpOccResponse Represent(VnfLcmOpOcc operation, JsonElement? change) =>
        OccurrenceRepresentation.Of(operation, PlanOf(operation), links, profile, change);

    // What a migration is to change, or was to: null where that is not shown, or stands in the occurrence itself.
    private async Task<JsonElement?> ChangeOfAsync(VnfLcmOpOcc operation, CancellationToken cancellationToken) =>
        operation.ChangedInfo is not null || !profile.ShowsAsStandard(operation.Operation) ? null
        : await store.FindInstanceAsync(operation.VnfInstanceId, cancellationToken) is { } instance
            ? MigrationChange.Of(operation, instance.Vnfd)
            : OccurrenceRepresentation.NoChange;
}
