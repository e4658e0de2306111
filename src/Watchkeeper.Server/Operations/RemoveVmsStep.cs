using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Engine;

namespace Watchkeeper.Server.Operations;

/// <summary>Removes every VM of a VNF: the end of a termination, and of an instantiation that is rolled back.</summary>
internal sealed class RemoveVmsStep(
    LcmOperationType operationType, VmRemoval removal, Func<VnfLcmOpOcc, RemovalTerms> termsOf) : IStep
{
    public static readonly StepName StepName = new("remove-vms");

    public LcmOperationType Operation => operationType;

    public StepName Name => StepName;

    public Task<StepResult> PerformAsync(VnfLcmOpOcc operation, CancellationToken cancellationToken) =>
        removal.RemoveAsync(operation, termsOf(operation), cancellationToken);
}
