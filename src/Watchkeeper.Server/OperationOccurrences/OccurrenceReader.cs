using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Engine;
using Watchkeeper.Server.Notifications;
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
        Represent = (operations, _, _) =>
            Task.FromResult<ImmutableArray<VnfLcmOpOccResponse>>([.. operations.Select(Represent)]),
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

    public IResult Print(VnfLcmOpOcc operation) =>
        Results.Json(Represent(operation), OccurrencesJson.Default.VnfLcmOpOccResponse);

    private VnfLcmOpOccResponse Represent(VnfLcmOpOcc operation) =>
        OccurrenceRepresentation.Of(operation, PlanOf(operation), links, profile);
}
