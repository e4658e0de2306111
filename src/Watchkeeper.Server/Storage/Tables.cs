using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Monitoring.Agents;

namespace Watchkeeper.Server.Storage;

/// <summary>Writes of <c>vnf_instances</c>. Updates and deletes compare the version that was read.</summary>
internal static class InstanceTable
{
    public static Write Insert(VnfInstance instance) => new(
        "INSERT INTO vnf_instances (id, version, document) VALUES (@p0, @p1, @p2)",
        [instance.Id.ToString(), instance.Version, Documents.Write(instance)],
        ExpectedRows: 1);

    /// <summary>
    /// Stores the instance under <c>instance.Version + 1</c>, if it is still at <c>instance.Version</c>.
    /// </summary>
    public static Write Update(VnfInstance instance)
    {
        var next = instance with { Version = instance.Version + 1 };
        return new(
            "UPDATE vnf_instances SET version = @p1, document = @p2 WHERE id = @p0 AND version = @p1 - 1",
            [next.Id.ToString(), next.Version, Documents.Write(next)],
            ExpectedRows: 1);
    }

    public static Write Delete(VnfInstance instance) => new(
        "DELETE FROM vnf_instances WHERE id = @p0 AND version = @p1",
        [instance.Id.ToString(), instance.Version],
        ExpectedRows: 1);

    /// <summary>Conflicts unless the instance is still at <c>instance.Version</c>; changes nothing.</summary>
    public static Write DemandUnchanged(VnfInstance instance) => new(
        "UPDATE vnf_instances SET version = version WHERE id = @p0 AND version = @p1",
        [instance.Id.ToString(), instance.Version],
        ExpectedRows: 1);
}

/// <summary>Writes of <c>vnfcs</c>: the VM and its assignment (agent, epoch, monitor).</summary>
internal static class VnfcTable
{
    public static Write Insert(WatchedVnfc vnfc) => new(
        "INSERT INTO vnfcs (id, vnf_instance_id, version, epoch, document, monitoring) "
        + "VALUES (@p0, @p1, @p2, @p3, @p4, @p5)",
        [
            vnfc.Vnfc.Id.ToString(), vnfc.Vnfc.VnfInstanceId.ToString(), vnfc.Vnfc.Version, vnfc.Vnfc.Epoch,
            Documents.Write(vnfc.Vnfc), Documents.Write(vnfc.Monitoring),
        ],
        ExpectedRows: 1);

    /// <summary>
    /// Stores the VNFC under <c>vnfc.Version + 1</c>, if it is still at <c>vnfc.Version</c> and its epoch does not
    /// fall.
    /// </summary>
    public static Write Update(Vnfc vnfc)
    {
        var next = vnfc with { Version = vnfc.Version + 1 };
        return new(
            "UPDATE vnfcs SET version = @p1, epoch = @p2, document = @p3 "
            + "WHERE id = @p0 AND version = @p1 - 1 AND epoch <= @p2",
            [next.Id.ToString(), next.Version, next.Epoch, Documents.Write(next)],
            ExpectedRows: 1);
    }

    /// <summary>Conflicts unless the VNFC is still under the epoch of the row given; changes nothing.</summary>
    public static Write DemandEpoch(Vnfc vnfc) => new(
        "UPDATE vnfcs SET version = version WHERE id = @p0 AND epoch = @p1",
        [vnfc.Id.ToString(), vnfc.Epoch],
        ExpectedRows: 1);

    public static Write Delete(Vnfc vnfc) => new(
        "DELETE FROM vnfcs WHERE id = @p0 AND version = @p1",
        [vnfc.Id.ToString(), vnfc.Version],
        ExpectedRows: 1);
}

/// <summary>
/// Writes of <c>levels</c>: the latest accepted level of a VM's KPIs, with the state that a later set hands over.
/// </summary>
internal static class LevelTable
{
    /// <summary>Replaces the level unless a newer epoch's is stored, or the VM is gone: then nothing happens.</summary>
    public static Write Put(StoredLevel level) => new(
        "INSERT INTO levels (target, epoch, document) "
        + "SELECT @p0, @p1, @p2 WHERE EXISTS (SELECT 1 FROM vnfcs WHERE id = @p0) "
        + "ON CONFLICT (target) DO UPDATE SET epoch = excluded.epoch, document = excluded.document "
        + "WHERE levels.epoch <= excluded.epoch",
        [level.Target.ToString(), level.Epoch.Value, Documents.Write(level)]);

    public static Write Delete(TargetId target) =>
        new("DELETE FROM levels WHERE target = @p0", [target.ToString()]);
}

/// <summary>Writes of the notification log.</summary>
internal static class NotificationTable
{
    public static Write Append(NotificationEntry entry) => new(
        "INSERT INTO notifications (document) VALUES (@p0)",
        [Documents.Write(entry)],
        ExpectedRows: 1,
        Topics.Notifications);
}

/// <summary>Writes of <c>core_events</c>.</summary>
internal static class EventTable
{
    public static Write Append(CoreEvent coreEvent) => new(
        "INSERT INTO core_events (vnf_instance_id, at, document) VALUES (@p0, @p1, @p2)",
        [coreEvent.VnfInstanceId.ToString(), coreEvent.At.ToUnixTimeMilliseconds(), Documents.Write(coreEvent)],
        ExpectedRows: 1,
        Topics.Events);
}

/// <summary>Writes of <c>subscriptions</c>.</summary>
internal static class SubscriptionTable
{
    // The sequence and not the newest row: that one may have been pruned.
    private const string End = "COALESCE((SELECT seq FROM sqlite_sequence WHERE name = 'notifications'), 0)";

    /// <summary>
    /// Stores a subscription that starts (and stands) at the log's present end, whatever the row says.
    /// </summary>
    public static Write Insert(SubscriptionRow subscription) => new(
        "INSERT INTO subscriptions (id, start, cursor, suspended_at, dropped, document) "
        + $"VALUES (@p0, {End}, {End}, NULL, 0, @p1)",
        [Id(subscription.Id), Documents.Write(subscription)],
        ExpectedRows: 1);

    /// <summary>Conflicts when it is gone already.</summary>
    public static Write Delete(Guid id) =>
        new("DELETE FROM subscriptions WHERE id = @p0", [Id(id)], ExpectedRows: 1);

    /// <summary>
    /// Moves the cursor on, never back. A subscription that is gone is no conflict: nobody is told any more.
    /// </summary>
    public static Write Advance(Guid id, long cursor) =>
        new("UPDATE subscriptions SET cursor = MAX(cursor, @p1) WHERE id = @p0", [Id(id), cursor]);

    /// <summary>
    /// Suspends a subscription (or resumes it, when null), jumping to a position with a number of entries dropped.
    /// </summary>
    public static Write Suspend(Guid id, DateTimeOffset? at, long cursor, long dropped) => new(
        "UPDATE subscriptions SET suspended_at = @p1, cursor = MAX(cursor, @p2), dropped = @p3 WHERE id = @p0",
        [Id(id), at?.ToUnixTimeMilliseconds(), cursor, dropped]);

    /// <summary>Changes nothing, and conflicts unless the subscription is suspended.</summary>
    public static Write StillSuspended(Guid id) => new(
        "UPDATE subscriptions SET suspended_at = suspended_at WHERE id = @p0 AND suspended_at IS NOT NULL",
        [Id(id)],
        ExpectedRows: 1);

    private static string Id(Guid id) => id.ToString("D");
}

/// <summary>Writes of <c>agents</c>.</summary>
internal static class AgentTable
{
    public static Write Put(AgentRow agent) => new(
        "INSERT INTO agents (name, document) VALUES (@p0, @p1) "
        + "ON CONFLICT (name) DO UPDATE SET document = excluded.document",
        [agent.Name, Documents.Write(agent)],
        ExpectedRows: 1);

    /// <summary>Conflicts when it is gone already.</summary>
    public static Write Delete(string name) =>
        new("DELETE FROM agents WHERE name = @p0", [name], ExpectedRows: 1);
}

/// <summary>Writes of <c>packages</c>. A second package of the same VNFD id is a conflict.</summary>
internal static class PackageTable
{
    public static Write Insert(PackageRow package) => new(
        "INSERT INTO packages (id, vnfd_id, document) VALUES (@p0, @p1, @p2)",
        [package.Id.ToString("D"), package.VnfdId, Documents.Write(package)],
        ExpectedRows: 1);

    /// <summary>Conflicts when it is gone already.</summary>
    public static Write Delete(Guid id) =>
        new("DELETE FROM packages WHERE id = @p0", [id.ToString("D")], ExpectedRows: 1);
}
