namespace Watchkeeper.Server.Storage;

/// <summary>What readers are woken for when a commit has touched it.</summary>
[Flags]
internal enum Topics
{
    /// <summary>Nobody waits for it.</summary>
    None = 0,

    /// <summary>Notifications to subscribers.</summary>
    Notifications = 1,

    /// <summary>Core events.</summary>
    Events = 2,
}

/// <summary>One statement of a commit, as data: what is written, and how many rows it must touch.</summary>
/// <param name="Sql">The statement, with parameters <c>@p0</c>, <c>@p1</c>, … It is prepared once and kept.</param>
/// <param name="Values">The parameters' values.</param>
/// <param name="ExpectedRows">The rows that it must touch, else the unit is a conflict; null when any number will
/// do.</param>
/// <param name="Topics">Who is woken after the commit.</param>
internal sealed record Write(
    string Sql,
    ImmutableArray<object?> Values,
    int? ExpectedRows = null,
    Topics Topics = Topics.None);

/// <summary>
/// A write lost its compare-and-set, or a row that must be unique was there already. Nothing of the unit was stored.
/// </summary>
internal sealed class StoreConflictException(string message) : Exception(message);

/// <summary>
/// The store can't take writes now (disk full, read-only). Nothing of the unit was stored; it may be tried again.
/// </summary>
internal sealed class StoreUnavailableException(string message, Exception inner) : Exception(message, inner);
