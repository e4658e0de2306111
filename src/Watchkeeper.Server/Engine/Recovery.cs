using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Engine;

/// <summary>
/// Finds occurrences that have something to do and nobody who does it: at start, and every few seconds.
/// </summary>
internal sealed partial class Recovery(
    Store store, PlanCatalog plans, OperationLoop loop, TimeProvider time, ILogger<Recovery> logger)
{
    /// <summary>The time between two scans: how long an occurrence may be left lying.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(3);

    // Of an unknown plan; each is told of once. Touched by the one scan at a time only.
    private readonly HashSet<OperationId> _strange = [];

    /// <summary>Scans until it is told to stop.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await TryScanAsync(cancellationToken);
                await Task.Delay(Interval, time, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Told to stop.
        }
    }

    /// <summary>Wakes every occurrence whose decision is not Rest.</summary>
    public async Task ScanAsync(CancellationToken cancellationToken)
    {
        foreach (var operation in await store.OccurrencesAtWorkAsync(cancellationToken))
        {
            if (!plans.TryFind(operation, out var plan))
            {
                if (_strange.Add(operation.Id))
                {
                    LogNoPlan(operation.Operation, operation.Id.Value, operation.PlanVersion);
                }
            }
            else if (LcmDecider.Next(operation, plan) is not Decision.Rest)
            {
                loop.WakeIfForgotten(operation.Id);
            }
        }
    }

    private async Task TryScanAsync(CancellationToken cancellationToken)
    {
        try
        {
            await ScanAsync(cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogScanFailed(e);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The scan for operations at work failed and will be repeated")]
    private partial void LogScanFailed(Exception exception);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "{Operation} {OperationId} has a plan that is not known: version {PlanVersion}")]
    private partial void LogNoPlan(LcmOperationType operation, Guid operationId, int planVersion);
}
