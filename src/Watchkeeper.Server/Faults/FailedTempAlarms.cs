using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Faults;

/// <summary>
/// How long an operation may be in FAILED_TEMP before an alarm names it (<c>lcm.failedTempAlarm</c>).
/// </summary>
internal sealed record FailedTempSettings(TimeSpan AlarmAfter);

/// <summary>Raises the alarm of operations that have long been in FAILED_TEMP.</summary>
/// <remarks>
/// Cleared with the arrow out of FAILED_TEMP, in its transaction; raised here only while the occurrence is as it was
/// read.
/// </remarks>
internal sealed class FailedTempAlarms(
    Store store, AlarmWriting alarms, FailedTempSettings settings, TimeProvider time) : IAlarmRound
{
    // The occurrences that were told of in their present version, so that nothing is written at every look.
    private Dictionary<OperationId, long> _told = [];

    /// <inheritdoc />
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        var told = new Dictionary<OperationId, long>();
        var old = await store.FailedTempSinceAsync(time.GetUtcNow() - settings.AlarmAfter, cancellationToken);
        foreach (var operation in old)
        {
            if ((_told.TryGetValue(operation.Id, out var version) && version == operation.Version)
                || await RaiseAsync(operation, cancellationToken))
            {
                told[operation.Id] = operation.Version;
            }
        }

        _told = told;
    }

    private async Task<bool> RaiseAsync(VnfLcmOpOcc operation, CancellationToken cancellationToken)
    {
        try
        {
            await store.CommitAsync(
                [OccurrenceDemand.Unchanged(operation), .. alarms.RaiseOf(operation)], cancellationToken);
            return true;
        }
        catch (StoreConflictException)
        {
            // It was moved on meanwhile.
            return false;
        }
    }
}
