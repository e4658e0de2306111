using System.Diagnostics.CodeAnalysis;
using Watchkeeper.Lifecycle.Operations;

namespace Watchkeeper.Server.Engine;

/// <summary>
/// The plans of all operations, in every version by which a stored occurrence may have to be finished.
/// </summary>
internal sealed class PlanCatalog
{
    private readonly ImmutableDictionary<(LcmOperationType, int), OperationPlan> _plans;
    private readonly ImmutableDictionary<LcmOperationType, OperationPlan> _newest;

    /// <param name="plans">All plans; two of one operation and version are a mistake.</param>
    public PlanCatalog(IEnumerable<OperationPlan> plans)
    {
        var all = plans.ToImmutableArray();
        _plans = all.ToImmutableDictionary(plan => (plan.Operation, plan.Version));
        _newest = all.GroupBy(plan => plan.Operation)
            .ToImmutableDictionary(group => group.Key, group => group.MaxBy(plan => plan.Version)!);
    }

    public IEnumerable<OperationPlan> All => _plans.Values;

    /// <summary>The plan by which new occurrences of an operation are opened.</summary>
    public OperationPlan Newest(LcmOperationType operation) => _newest.TryGetValue(operation, out var plan)
        ? plan
        : throw new InvalidOperationException($"{operation} has no plan.");

    /// <summary>The plan that an occurrence was opened with; none when it was made by a newer Watchkeeper.</summary>
    public bool TryFind(VnfLcmOpOcc operation, [NotNullWhen(true)] out OperationPlan? plan) =>
        _plans.TryGetValue((operation.Operation, operation.PlanVersion), out plan);

    /// <summary>The plan that an occurrence was opened with.</summary>
    public OperationPlan For(VnfLcmOpOcc operation) => TryFind(operation, out var plan)
        ? plan
        : throw new InvalidOperationException($"{operation.Operation} has no plan of version {operation.PlanVersion}.");
}
