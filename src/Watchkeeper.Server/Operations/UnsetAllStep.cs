using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Agents;
using Watchkeeper.Server.Engine;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Operations;

/// <summary>Takes the monitor off every VM of a VNF for good: what comes next must not look like a failure.</summary>
internal sealed class UnsetAllStep(
    LcmOperationType operationType,
    Store store,
    Assignments assignments,
    MonitorUnsetting monitors) : IStep
{
    public static readonly StepName StepName = new("unset-monitor");

    public LcmOperationType Operation => operationType;

    public StepName Name => StepName;

    public async Task<StepResult> PerformAsync(VnfLcmOpOcc operation, CancellationToken cancellationToken)
    {
        var vnfcs = await store.VnfcsAsync(operation.VnfInstanceId, cancellationToken);
        var results = await monitors.UnsetAsync(vnfcs, isForGood: true, cancellationToken);
        ImmutableArray<WatchedVnfc> leaving = [.. results.Select(result => Leaving(result.Vnfc))];
        return new StepResult(
            MonitorOutcomes.Of(results),
            operation,
            [.. leaving.SelectMany(vnfc => MonitorWrites.InHand(vnfc.Vnfc))],
            () => assignments.Stored(leaving.Select(MonitorSetting.Stored)));
    }

    // An agent that was not reached goes on watching: from here on what it sees of the VM is no verdict.
    private static WatchedVnfc Leaving(WatchedVnfc vnfc) =>
        vnfc with { Vnfc = vnfc.Vnfc with { State = VmState.Undeploying } };
}
