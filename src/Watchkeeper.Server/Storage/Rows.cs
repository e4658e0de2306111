using System.Text.Json;
using System.Text.Json.Serialization;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Monitoring.Rules;

namespace Watchkeeper.Server.Storage;

/// <summary>A rule of a VDU: what is done when a KPI's event is raised (<c>admin_rules</c>).</summary>
/// <param name="EventName">The KPI's event name.</param>
/// <param name="Actions">Outcome and action, as printed: <c>ALWAYS log</c>, <c>TRUE esc_vm_alive_notification</c>,
/// …</param>
internal sealed record KpiRule(string EventName, ImmutableArray<string> Actions);

/// <summary>How a VM is watched and what its verdicts lead to: what its VDU says, resolved at instantiation.</summary>
/// <param name="Kpis">Its KPIs; exactly one is the aliveness KPI.</param>
/// <param name="Rules">Its rules.</param>
/// <param name="BootTime">How long it may take to come alive (<c>bootup_time</c>).</param>
internal sealed record VnfcMonitoring(ImmutableArray<Kpi> Kpis, ImmutableArray<KpiRule> Rules, TimeSpan BootTime);

/// <summary>A VNFC with the way it is watched.</summary>
internal sealed record WatchedVnfc(Vnfc Vnfc, VnfcMonitoring Monitoring)
{
    /// <summary>The VNFC as its agents know it.</summary>
    public TargetId Target => new(Vnfc.Id.Value);
}

/// <summary>The level of a VM's KPIs as it was last accepted, and under which epoch.</summary>
internal sealed record StoredLevel(
    TargetId Target, AssignmentEpoch Epoch, ImmutableArray<CarriedKpi> Kpis, DateTimeOffset At);

/// <summary>An event of the core, before the store gave it its id.</summary>
/// <param name="Type">For example <c>SERVICE_UPDATED</c>.</param>
/// <param name="Status">SUCCESS, FAILURE or PARTIAL_FAILURE.</param>
/// <param name="VnfInstanceId">The VNF.</param>
/// <param name="VnfcId">The VM; null for an event of the whole deployment.</param>
/// <param name="OperationId">The operation it belongs to; null when none.</param>
/// <param name="Agent">The agent concerned; null when none.</param>
/// <param name="Epoch">The epoch concerned; null when none.</param>
/// <param name="Detail">What happened, for people.</param>
/// <param name="At">When.</param>
internal sealed record CoreEvent(
    string Type,
    string Status,
    VnfInstanceId VnfInstanceId,
    VnfcId? VnfcId,
    OperationId? OperationId,
    string? Agent,
    long? Epoch,
    string Detail,
    DateTimeOffset At);

/// <summary>A core event with its id: ids grow, and are never given twice.</summary>
internal sealed record StoredEvent(long Id, CoreEvent Event);

/// <summary>One thing that subscribers are to be told. Kept once, whatever the number of subscriptions.</summary>
/// <param name="Id">The notification's id, the same for every subscription and every repeat.</param>
/// <param name="Type">The <c>notificationType</c>.</param>
/// <param name="At">When it happened.</param>
/// <param name="Instance">The VNF instance as far as filters look at it; null when an alarm is told.</param>
/// <param name="Operation">The occurrence in the state that is told; null for anything else.</param>
internal sealed record NotificationEntry(
    Guid Id, string Type, DateTimeOffset At, NotifiedInstance? Instance, VnfLcmOpOcc? Operation)
{
    /// <summary>The alarm that is told, as it was then; null for anything else. It has a column of its own.</summary>
    [JsonIgnore]
    public AlarmRow? Alarm { get; init; }
}

/// <summary>What subscription filters look at in a VNF instance, as it was when the notification was stored.</summary>
internal sealed record NotifiedInstance(
    VnfInstanceId Id, string? Name, string VnfdId, string Provider, string ProductName, string SoftwareVersion,
    string VnfdVersion)
{
    public static NotifiedInstance Of(VnfInstance instance) => new(
        instance.Id, instance.Name, instance.Vnfd.VnfdId, instance.Vnfd.Provider, instance.Vnfd.ProductName,
        instance.Vnfd.SoftwareVersion, instance.Vnfd.VnfdVersion);
}

/// <summary>A notification entry with its place in the log.</summary>
/// <param name="Position">Its place.</param>
/// <param name="Entry">The entry.</param>
/// <param name="Size">Its characters as it is stored.</param>
internal sealed record StoredNotification(long Position, NotificationEntry Entry, int Size);

/// <summary>A subscription: who is told, what, and how far it has got.</summary>
/// <param name="Id">The subscription's id.</param>
/// <param name="CallbackUri">Where notifications are sent.</param>
/// <param name="Filter">The filter as the client sent it; null matches everything.</param>
/// <param name="Authentication">How callbacks authenticate, with its secrets; never returned.</param>
/// <param name="Verbosity">FULL or SHORT.</param>
/// <param name="Start">The log position at which it was created: only later entries are its own.</param>
/// <param name="Cursor">The last position that was delivered or did not match.</param>
/// <param name="CreatedAt">When it was created.</param>
/// <param name="SuspendedAt">When its backlog passed the limit; null while it is served.</param>
/// <param name="Dropped">Entries that it lost by being suspended.</param>
internal sealed record SubscriptionRow(
    Guid Id, string CallbackUri, JsonElement? Filter, JsonElement? Authentication, string Verbosity, long Start,
    long Cursor, DateTimeOffset CreatedAt, DateTimeOffset? SuspendedAt = null, long Dropped = 0)
{
    /// <summary>What it is told of. What was stored before there were others is of the lifecycle.</summary>
    public SubscriptionKind Kind { get; init; }
}

/// <summary>What a subscription is told of.</summary>
internal enum SubscriptionKind
{
    /// <summary>Lifecycle changes (<c>vnflcm</c>).</summary>
    Lifecycle,

    /// <summary>Alarms (<c>vnffm</c>).</summary>
    Faults,
}

/// <summary>An agent that has joined at least once.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Site">Where it is.</param>
/// <param name="Capacity">The targets that it watches at most.</param>
/// <param name="Software">Its version.</param>
/// <param name="KeyHash">SHA-256 of the key that it was given at its first join.</param>
/// <param name="IsDraining">Whether it takes no new targets.</param>
/// <param name="JoinedAt">When it first joined.</param>
/// <param name="LastSeen">When it was last known to be alive.</param>
internal sealed record AgentRow(
    string Name, string Site, int Capacity, string Software, ImmutableArray<byte> KeyHash, bool IsDraining,
    DateTimeOffset JoinedAt, DateTimeOffset LastSeen);

/// <summary>A VNF package in the built-in store.</summary>
/// <param name="Id">The package's id.</param>
/// <param name="VnfdId">The <c>descriptor_id</c>; unique in the store.</param>
/// <param name="Document">The package's metadata as the package slice keeps it.</param>
/// <param name="CreatedAt">When it was uploaded.</param>
internal sealed record PackageRow(Guid Id, string VnfdId, JsonElement Document, DateTimeOffset CreatedAt);
