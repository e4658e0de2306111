using Watchkeeper.Lifecycle.Faults;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Engine;
using Watchkeeper.Server.Storage;

namespace Server.Tests.Operations;

/// <summary>A real step that throws what nobody expects, while the test says so.</summary>
internal sealed class FailingStep(IStep step, Func<StepName?> failsIn) : IStep
{
    public LcmOperationType Operation => step.Operation;

    public StepName Name => step.Name;

    public Task<StepResult> PerformAsync(VnfLcmOpOcc operation, CancellationToken cancellationToken) =>
        failsIn() == Name
            ? throw new NotSupportedException("Nobody expects this.")
            : step.PerformAsync(operation, cancellationToken);

    public Task<ImmutableArray<Write>> FailureWritesAsync(
        VnfLcmOpOcc operation, Fault fault, CancellationToken cancellationToken) =>
        step.FailureWritesAsync(operation, fault, cancellationToken);
}
