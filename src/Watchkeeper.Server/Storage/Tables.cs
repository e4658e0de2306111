using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Monitoring.Agents;

namespace Watchkeeper.Server.Storage;

/// <summary>Writes of <c>vnf_instances</c>. Updates and deletes compare the version that was read.</summary>
internal static class InstanceTable
{
    public static Write Insert(VnfInstance instance) => throw new NotSupportedException();

    /// <summary>Stores the instance under <c>instance.Version + 1</c>, if it is still at <c>instance.Version</c>.</summary>
    public static Write Update(VnfInstance instance) => throw new NotSupportedException();

    public static Write Delete(VnfInstance instance) => throw new NotSupportedException();
}

/// <summary>Writes of <c>occurrences</c>. At most one open occurrence per VNF instance: a second insert is a conflict.</summary>
internal static class OccurrenceTable
{
    public static Write Insert(VnfLcmOpOcc operation) => throw new NotSupportedException();

    /// <summary>Stores the occurrence under <c>operation.Version + 1</c>, if it is still at <c>operation.Version</c>.</summary>
    public static Write Update(VnfLcmOpOcc operation) => throw new NotSupportedException();

    /// <summary>Conflicts unless the VNF instance has no open occurrence: for changes that must not meet one.</summary>
    public static Write DemandNoneOpen(VnfInstanceId id) => throw new NotSupportedException();
}

/// <summary>Writes of <c>vnfcs</c>: the VM and its assignment (agent, epoch, monitor).</summary>
internal static class VnfcTable
{
    public static Write Insert(WatchedVnfc vnfc) => throw new NotSupportedException();

    /// <summary>Stores the VNFC under <c>vnfc.Version + 1</c>, if it is still at <c>vnfc.Version</c> and its epoch does not fall.</summary>
    public static Write Update(Vnfc vnfc) => throw new NotSupportedException();

    /// <summary>Conflicts unless the VNFC is still under the epoch, and with the agent, of the row given. Writes nothing.</summary>
    public static Write DemandEpoch(Vnfc vnfc) => throw new NotSupportedException();

    public static Write Delete(Vnfc vnfc) => throw new NotSupportedException();
}

/// <summary>Writes of <c>levels</c>: the latest accepted level of a VM's KPIs, with the state that a later set hands over.</summary>
internal static class LevelTable
{
    /// <summary>Replaces the level unless a newer epoch's is stored.</summary>
    public static Write Put(StoredLevel level) => throw new NotSupportedException();

    public static Write Delete(TargetId target) => throw new NotSupportedException();
}

/// <summary>Writes of the notification log.</summary>
internal static class NotificationTable
{
    public static Write Append(NotificationEntry entry) => throw new NotSupportedException();
}

/// <summary>Writes of <c>core_events</c>.</summary>
internal static class EventTable
{
    public static Write Append(CoreEvent coreEvent) => throw new NotSupportedException();
}

/// <summary>Writes of <c>subscriptions</c>.</summary>
internal static class SubscriptionTable
{
    /// <summary>Stores a subscription that starts (and stands) at the log's present end, whatever the row says.</summary>
    public static Write Insert(SubscriptionRow subscription) => throw new NotSupportedException();

    public static Write Delete(Guid id) => throw new NotSupportedException();

    public static Write Advance(Guid id, long cursor) => throw new NotSupportedException();

    /// <summary>Suspends a subscription (or resumes it, when null), jumping to a position with a number of entries dropped.</summary>
    public static Write Suspend(Guid id, DateTimeOffset? at, long cursor, long dropped) =>
        throw new NotSupportedException();
}

/// <summary>Writes of <c>agents</c>.</summary>
internal static class AgentTable
{
    public static Write Put(AgentRow agent) => throw new NotSupportedException();

    public static Write Delete(string name) => throw new NotSupportedException();
}

/// <summary>Writes of <c>packages</c>. A second package of the same VNFD id is a conflict.</summary>
internal static class PackageTable
{
    public static Write Insert(PackageRow package) => throw new NotSupportedException();

    public static Write Delete(Guid id) => throw new NotSupportedException();
}
