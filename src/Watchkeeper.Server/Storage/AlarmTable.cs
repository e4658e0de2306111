using System.Text.Json.Serialization;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Lifecycle.Operations;

namespace Watchkeeper.Server.Storage;

/// <summary>An alarm: one outage of one managed object, from raised to cleared.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Code">Its code in the catalogue.</param>
/// <param name="Subject">The managed object: a VNFC, an occurrence, an agent, a subscription.</param>
/// <param name="Kind">What the catalogue says of the code, as it was then.</param>
/// <param name="Instance">The VNF instance concerned, as filters look at it; null when it is no VNF's.</param>
/// <param name="Details">What happened, for people.</param>
/// <param name="EventTime">When the condition began.</param>
/// <param name="RaisedAt">When it was raised.</param>
internal sealed record AlarmRow(
    Guid Id,
    string Code,
    string Subject,
    AlarmKind Kind,
    NotifiedInstance? Instance,
    ImmutableArray<string> Details,
    DateTimeOffset EventTime,
    DateTimeOffset RaisedAt)
{
    /// <summary>The VM concerned; null when it is no VM's.</summary>
    public AlarmResource? Resource { get; init; }

    /// <summary>The operation that it names; null when it names none.</summary>
    public OperationId? OperationId { get; init; }

    /// <summary>The agent that it names; null when it names none.</summary>
    public string? Agent { get; init; }

    /// <summary>When it was acknowledged; null while it is not.</summary>
    public DateTimeOffset? AcknowledgedAt { get; init; }

    /// <summary>When it was last changed; null when it never was.</summary>
    public DateTimeOffset? ChangedAt { get; init; }

    /// <summary>When it was cleared; null while it is open.</summary>
    public DateTimeOffset? ClearedAt { get; init; }

    /// <summary>The row's version, compared by acknowledgements.</summary>
    public long Version { get; init; }

    /// <summary>Whether its condition still holds.</summary>
    [JsonIgnore]
    public bool IsOpen => ClearedAt is null;
}

/// <summary>What all alarms of a code have in common, in the standard's words.</summary>
internal sealed record AlarmKind(string ProbableCause, string EventType, string Severity);

/// <summary>The VM of an alarm.</summary>
/// <param name="VnfcId">The VM.</param>
/// <param name="ResourceId">Its handle at the VIM.</param>
/// <param name="IsFaulty">Whether the VM itself is what fails.</param>
internal sealed record AlarmResource(VnfcId VnfcId, string ResourceId, bool IsFaulty);

/// <summary>Writes of <c>alarms</c>, each with the notification that tells of it.</summary>
/// <remarks>One of a code and an object is open at most: to raise it again, or to clear it again, writes nothing and
/// tells nobody.</remarks>
internal static class AlarmTable
{
    private const string Open = "code = @p1 AND subject = @p2 AND cleared_at IS NULL";

    /// <summary>Raises an alarm, unless it is open already.</summary>
    public static ImmutableArray<Write> Raise(AlarmRow alarm, NotificationEntry told) =>
    [
        new(
            "INSERT INTO alarms (id, code, subject, version, document) VALUES (@p0, @p1, @p2, 0, @p3) "
            + "ON CONFLICT (code, subject) WHERE cleared_at IS NULL DO NOTHING",
            [Id(alarm.Id), alarm.Code, alarm.Subject, Documents.Write(alarm)]),
        new(
            "INSERT INTO notifications (document, alarm) SELECT @p0, document FROM alarms WHERE id = @p1",
            [Documents.Write(told), Id(alarm.Id)],
            ExpectedRows: null,
            Topics.Notifications),
    ];

    /// <summary>Clears the open alarm of a code and an object, if there is one.</summary>
    public static ImmutableArray<Write> Clear(string code, string subject, NotificationEntry told) =>
    [
        new(
            $"INSERT INTO notifications (document, alarm) SELECT @p0, document FROM alarms WHERE {Open}",
            [Documents.Write(told), code, subject],
            ExpectedRows: null,
            Topics.Notifications),
        new(
            $"UPDATE alarms SET cleared_at = @p0, version = version + 1 WHERE {Open}",
            [told.At.ToUnixTimeMilliseconds(), code, subject]),
    ];

    /// <summary>Stores whether it is acknowledged, if it is still at <c>alarm.Version</c>.</summary>
    public static ImmutableArray<Write> Acknowledge(AlarmRow alarm, NotificationEntry told) =>
    [
        new(
            "UPDATE alarms SET acknowledged_at = @p1, changed_at = @p2, version = @p3 + 1 "
            + "WHERE id = @p0 AND version = @p3",
            [
                Id(alarm.Id), alarm.AcknowledgedAt?.ToUnixTimeMilliseconds(),
                alarm.ChangedAt?.ToUnixTimeMilliseconds(), alarm.Version,
            ],
            ExpectedRows: 1),
        new(
            "INSERT INTO notifications (document, alarm) VALUES (@p0, @p1)",
            [Documents.Write(told), Documents.Write(alarm)],
            ExpectedRows: 1,
            Topics.Notifications),
    ];

    private static string Id(Guid id) => id.ToString("D");
}
