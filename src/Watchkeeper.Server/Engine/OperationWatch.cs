using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Engine;

/// <summary>
/// Lets others wait until an occurrence has come to rest: a drain for its migrations, a test for its operation.
/// </summary>
internal sealed class OperationWatch(Store store, PlanCatalog plans)
{
    private readonly Lock _lock = new();
    private readonly List<(OperationId Id, TaskCompletionSource<VnfLcmOpOcc> Rested)> _waits = [];

    /// <summary>
    /// Returns when the occurrence has ended, or waits in FAILED_TEMP for a client; at once if it is so already.
    /// </summary>
    /// <returns>The occurrence at rest; null when there is none.</returns>
    public async Task<VnfLcmOpOcc?> RestedAsync(OperationId id, CancellationToken cancellationToken)
    {
        var wait = (id, new TaskCompletionSource<VnfLcmOpOcc>(TaskCreationOptions.RunContinuationsAsynchronously));
        lock (_lock)
        {
            _waits.Add(wait);
        }

        try
        {
            // Looked at only after the wait was made: what comes to rest in between is not missed.
            var operation = await store.FindOccurrenceAsync(id, cancellationToken);
            return operation is null || LcmDecider.Next(operation, plans.For(operation)) is Decision.Rest
                ? operation
                : await wait.Item2.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            lock (_lock)
            {
                _waits.Remove(wait);
            }
        }
    }

    /// <summary>Tells those who wait.</summary>
    public void Rested(VnfLcmOpOcc operation)
    {
        lock (_lock)
        {
            foreach (var (id, rested) in _waits)
            {
                if (id == operation.Id)
                {
                    rested.TrySetResult(operation);
                }
            }
        }
    }
}
