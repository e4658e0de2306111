using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Notifications;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Faults;

/// <summary>Ends the alarm of an operation with what it is about.</summary>
internal static class OperationAlarm
{
    /// <summary>What is written with an arrow: the alarm of an operation that leaves FAILED_TEMP is cleared.</summary>
    /// <param name="before">The occurrence before the arrow.</param>
    /// <param name="nextId">Gives the notification its id.</param>
    /// <param name="now">When it leaves.</param>
    public static ImmutableArray<Write> WritesOnLeaving(VnfLcmOpOcc before, Func<Guid> nextId, DateTimeOffset now) =>
        before.State != LcmOperationState.FailedTemp
            ? []
            : AlarmTable.Clear(
                AlarmCode.OperationFailedTemp.Name,
                before.Id.ToString(),
                new NotificationEntry(
                    nextId(), NotificationTypes.AlarmCleared, now, Instance: null, Operation: null));
}
