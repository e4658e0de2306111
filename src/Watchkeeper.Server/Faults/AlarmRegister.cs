using Watchkeeper.Lifecycle.Faults;
using Watchkeeper.Server.Notifications;
using Watchkeeper.Server.Sol003;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Faults;

/// <summary>What became of a request to change an alarm. A closed set.</summary>
internal abstract record Acknowledging
{
    private Acknowledging()
    {
    }

    /// <summary>It is stored, and told.</summary>
    public sealed record Changed(long Version) : Acknowledging;

    /// <summary>Nothing was stored.</summary>
    public sealed record Refused(Fault Fault) : Acknowledging;
}

/// <summary>Takes acknowledgements of alarms, each in one commit with the notification that tells of it.</summary>
internal sealed class AlarmRegister(Store store, AlarmWriting alarms, TimeProvider time)
{
    /// <summary>Acknowledges an alarm, or takes that back.</summary>
    /// <param name="id">The alarm.</param>
    /// <param name="isAcknowledged">Which of both.</param>
    /// <param name="isAsSeen">Whether a version is one that the client takes.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<Acknowledging> AcknowledgeAsync(
        Guid id, bool isAcknowledged, Func<long, bool> isAsSeen, CancellationToken cancellationToken)
    {
        // Ends, because each turn means that somebody else has changed the alarm.
        while (true)
        {
            if (await store.FindAlarmAsync(id, cancellationToken) is not { } alarm)
            {
                return new Acknowledging.Refused(RequestFaults.NotFound("alarm"));
            }

            if (!isAsSeen(alarm.Version))
            {
                return new Acknowledging.Refused(RequestFaults.PreconditionFailed);
            }

            if (alarm.AcknowledgedAt is not null == isAcknowledged)
            {
                return new Acknowledging.Refused(AlarmFaults.AlreadySo(isAcknowledged));
            }

            var now = time.GetUtcNow();
            var changed = alarm with { AcknowledgedAt = isAcknowledged ? now : null, ChangedAt = now };
            try
            {
                await store.CommitAsync(
                    AlarmTable.Acknowledge(changed, alarms.Told(NotificationTypes.Alarm)), cancellationToken);
                return new Acknowledging.Changed(alarm.Version + 1);
            }
            catch (StoreConflictException)
            {
                // It was cleared, or changed by another client: what is there now decides.
            }
        }
    }
}

/// <summary>What can be wrong with requests on alarms.</summary>
internal static class AlarmFaults
{
    public static Fault AlreadySo(bool isAcknowledged) => new(
        "faults/alarm-already-so", "The alarm is so already", 409,
        isAcknowledged ? "The alarm is acknowledged already." : "The alarm is not acknowledged.");
}
