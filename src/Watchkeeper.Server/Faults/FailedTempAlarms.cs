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
    // By occurrence and attempt: each failure has its time anew. Null before the first look.
    private Dictionary<(OperationId Id, int Entry), Waiting>? _waiting;

    /// <inheritdoc />
    /// <remarks>
    /// The time that passes is measured, for the clock on the wall may be set. Only of what waited already when this
    /// process began does the store know more than anybody here.
    /// </remarks>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        var waiting = new Dictionary<(OperationId Id, int Entry), Waiting>();
        foreach (var operation in await store.FailedTempAsync(cancellationToken))
        {
            var key = (operation.Id, operation.Entry);
            var seen = _waiting is null ? Found(operation)
                : _waiting.TryGetValue(key, out var known) ? known
                : new Waiting(time.GetTimestamp(), TimeSpan.Zero, IsTold: false);
            var isDue = !seen.IsTold && seen.Before + time.GetElapsedTime(seen.Since) >= settings.AlarmAfter;
            waiting[key] = isDue ? seen with { IsTold = await RaiseAsync(operation, cancellationToken) } : seen;
        }

        _waiting = waiting;
    }

    private Waiting Found(VnfLcmOpOcc operation)
    {
        var before = time.GetUtcNow() - operation.StateEnteredTime;
        return new Waiting(time.GetTimestamp(), before > TimeSpan.Zero ? before : TimeSpan.Zero, IsTold: false);
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

    private sealed record Waiting(long Since, TimeSpan Before, bool IsTold);
}
