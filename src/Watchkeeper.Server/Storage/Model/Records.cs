namespace Watchkeeper.Server.Storage.Model;

// Rows as the database has them: a JSON document, and beside it what is searched, compared or constrained. Ids are
// lower-case
// text, whose order is that of version 7 ids; times are milliseconds since 1970 in UTC.

/// <summary>A row of <c>vnf_instances</c>.</summary>
internal sealed class InstanceRecord
{
    public required string Id { get; init; }

    public required long Version { get; init; }

    public required string Document { get; init; }
}

/// <summary>A row of <c>occurrences</c>.</summary>
internal sealed class OccurrenceRecord
{
    public required string Id { get; init; }

    public required string VnfInstanceId { get; init; }

    public required long Version { get; init; }

    public required bool IsOpen { get; init; }

    /// <summary>When it ended; null while it is open.</summary>
    public long? EndedAt { get; init; }

    /// <summary>Whether the engine may have something to do about it; false at rest in FAILED_TEMP.</summary>
    public required bool NeedsWork { get; init; }

    /// <summary>When it entered FAILED_TEMP; null in every other state.</summary>
    public long? FailedTempAt { get; init; }

    public required string Document { get; init; }
}

/// <summary>A row of <c>vnfcs</c>.</summary>
internal sealed class VnfcRecord
{
    public required string Id { get; init; }

    public required string VnfInstanceId { get; init; }

    public required long Version { get; init; }

    public required long Epoch { get; init; }

    public required string Document { get; init; }

    /// <summary>How it is watched: written once.</summary>
    public required string Monitoring { get; init; }
}

/// <summary>A row of <c>levels</c>.</summary>
internal sealed class LevelRecord
{
    public required string Target { get; init; }

    public required long Epoch { get; init; }

    public required string Document { get; init; }
}

/// <summary>A row of <c>notifications</c>: the log that every subscription reads at its own pace.</summary>
internal sealed class NotificationRecord
{
    public required long Position { get; init; }

    public required string Document { get; init; }

    /// <summary>The alarm that it tells of, as it was then; null for any other notification.</summary>
    public string? Alarm { get; init; }
}

/// <summary>A row of <c>core_events</c>.</summary>
internal sealed class EventRecord
{
    public required long Id { get; init; }

    public required string VnfInstanceId { get; init; }

    public required long At { get; init; }

    public required string Document { get; init; }
}

/// <summary>A row of <c>subscriptions</c>. What changes while it lives stands beside the document.</summary>
internal sealed class SubscriptionRecord
{
    public required string Id { get; init; }

    public required long Start { get; init; }

    public required long Cursor { get; init; }

    public long? SuspendedAt { get; init; }

    public required long Dropped { get; init; }

    public required string Document { get; init; }
}

/// <summary>A row of <c>agents</c>.</summary>
internal sealed class AgentRecord
{
    public required string Name { get; init; }

    public required string Document { get; init; }
}

/// <summary>A row of <c>packages</c>.</summary>
internal sealed class PackageRecord
{
    public required string Id { get; init; }

    public required string VnfdId { get; init; }

    public required string Document { get; init; }
}

/// <summary>A row of <c>alarms</c>. What changes while it lives stands beside the document.</summary>
internal sealed class AlarmRecord
{
    public required string Id { get; init; }

    public required string Code { get; init; }

    public required string Subject { get; init; }

    public required long Version { get; init; }

    public long? AcknowledgedAt { get; init; }

    public long? ChangedAt { get; init; }

    /// <summary>When it was cleared; null while it is open.</summary>
    public long? ClearedAt { get; init; }

    public required string Document { get; init; }
}
