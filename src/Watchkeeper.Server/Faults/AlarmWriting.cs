using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Engine;
using Watchkeeper.Server.Notifications;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Faults;

/// <summary>Makes writes that raise and clear alarms, for the transaction of what causes them.</summary>
/// <remarks>Nobody needs to know whether an alarm is open: the store raises it once, and clears it once.</remarks>
internal sealed class AlarmWriting(Store store, IIdSource ids, TimeProvider time)
{
    /// <summary>Raises an alarm of a VM.</summary>
    /// <param name="code">Its code.</param>
    /// <param name="vnfc">The VM.</param>
    /// <param name="detail">What happened, for people.</param>
    /// <param name="since">When it began; null for now.</param>
    public ImmutableArray<Write> RaiseOfVm(AlarmCode code, Vnfc vnfc, string detail, DateTimeOffset? since = null) =>
        Raise(
            New(code, vnfc.Id.ToString(), store.NotifiedInstanceOf(vnfc.VnfInstanceId), detail, since) with
            {
                Resource = new AlarmResource(vnfc.Id, vnfc.VimResourceId, IsFaulty: code == AlarmCode.VmDown),
                Agent = vnfc.GuardFor ?? vnfc.Agent,
            });

    /// <summary>Raises the alarm of an operation in FAILED_TEMP.</summary>
    public ImmutableArray<Write> RaiseOf(VnfLcmOpOcc operation)
    {
        var name = Spelling.Of(operation.Operation);
        var detail = $"{name} {operation.Id} waits in FAILED_TEMP and keeps other operations of its VNF off: "
            + (operation.Fault?.Detail ?? "it has no cause");
        return Raise(
            New(
                AlarmCode.OperationFailedTemp,
                operation.Id.ToString(),
                store.NotifiedInstanceOf(operation.VnfInstanceId),
                detail,
                operation.StateEnteredTime) with
            {
                OperationId = operation.Id,
            });
    }

    /// <summary>Raises the alarm of a lost agent.</summary>
    public ImmutableArray<Write> RaiseOfAgent(string agent, string detail, DateTimeOffset since) => Raise(
        New(AlarmCode.AgentLost, agent, instance: null, detail, since) with { Agent = agent });

    /// <summary>Raises the alarm of a suspended subscription.</summary>
    public ImmutableArray<Write> RaiseOfSubscription(SubscriptionRow subscription, string detail) => Raise(New(
        AlarmCode.SubscriptionSuspended,
        subscription.Id.ToString("D"),
        instance: null,
        detail,
        subscription.SuspendedAt));

    /// <summary>Clears an alarm, if it is open.</summary>
    public ImmutableArray<Write> Clear(AlarmCode code, string subject) =>
        AlarmTable.Clear(code.Name, subject, Told(NotificationTypes.AlarmCleared));

    /// <summary>The entry that tells of an alarm.</summary>
    public NotificationEntry Told(string type) =>
        new(ids.Next(), type, time.GetUtcNow(), Instance: null, Operation: null);

    private ImmutableArray<Write> Raise(AlarmRow alarm) =>
        AlarmTable.Raise(alarm, Told(NotificationTypes.Alarm));

    private AlarmRow New(
        AlarmCode code, string subject, NotifiedInstance? instance, string detail, DateTimeOffset? since)
    {
        var now = time.GetUtcNow();
        return new AlarmRow(ids.Next(), code.Name, subject, code.Kind, instance, [detail], since ?? now, now);
    }
}
