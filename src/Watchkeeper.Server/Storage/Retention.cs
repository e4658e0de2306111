using Microsoft.EntityFrameworkCore;
using Watchkeeper.Server.Storage.Model;

namespace Watchkeeper.Server.Storage;

/// <summary>
/// How much of the past is kept. Numbers of rows, so that the disk a server needs has a bound whatever the load.
/// </summary>
/// <param name="Occurrences">Ended operation occurrences kept (<c>retention.occurrences</c>); the oldest go
/// first.</param>
/// <param name="Events">Core events kept (<c>retention.events</c>); the oldest go first.</param>
/// <param name="Alarms">Cleared alarms kept (<c>retention.alarms</c>); those cleared first go first.</param>
internal sealed record RetentionSettings(int Occurrences = 100_000, int Events = 1_000_000, int Alarms = 100_000);

/// <summary>
/// Removes what has become old: ended occurrences, core events, cleared alarms, and notifications that every
/// subscription has had.
/// </summary>
/// <remarks>An open occurrence, an open alarm and an entry that a subscription has still to be told are never
/// removed.</remarks>
internal sealed partial class Retention(
    Store store,
    IDbContextFactory<WatchkeeperDb> contexts,
    RetentionSettings settings,
    TimeProvider time,
    ILogger<Retention> logger)
{
    /// <summary>Rows removed in one commit: a few milliseconds, so that nobody waits behind a large one.</summary>
    public const int MostAtOnce = 500;

    /// <summary>The time between two rounds.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

    /// <summary>Removes what is old, round after round, until it is told to stop.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await TryPruneAsync(cancellationToken);
                await Task.Delay(Interval, time, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Told to stop.
        }
    }

    /// <summary>Removes what is old now.</summary>
    public async Task PruneAsync(CancellationToken cancellationToken)
    {
        await PruneOccurrencesAsync(cancellationToken);
        await PruneEventsAsync(cancellationToken);
        await PruneAlarmsAsync(cancellationToken);
        await PruneNotificationsAsync(cancellationToken);
    }

    private async Task TryPruneAsync(CancellationToken cancellationToken)
    {
        try
        {
            await PruneAsync(cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailed(e);
        }
    }

    private async Task PruneOccurrencesAsync(CancellationToken cancellationToken)
    {
        var ended = await AskAsync(
            db => db.Occurrences.CountAsync(row => row.EndedAt != null, cancellationToken), cancellationToken);
        for (var surplus = ended - settings.Occurrences; surplus > 0; surplus -= MostAtOnce)
        {
            var write = new Write(
                "DELETE FROM occurrences WHERE id IN (SELECT id FROM occurrences WHERE ended_at IS NOT NULL "
                + "ORDER BY ended_at, id LIMIT @p0)",
                [Math.Min(surplus, MostAtOnce)]);
            await store.CommitAsync([write], cancellationToken);
        }
    }

    private async Task PruneAlarmsAsync(CancellationToken cancellationToken)
    {
        var cleared = await AskAsync(
            db => db.Alarms.CountAsync(row => row.ClearedAt != null, cancellationToken), cancellationToken);
        for (var surplus = cleared - settings.Alarms; surplus > 0; surplus -= MostAtOnce)
        {
            var write = new Write(
                "DELETE FROM alarms WHERE id IN (SELECT id FROM alarms WHERE cleared_at IS NOT NULL "
                + "ORDER BY cleared_at, id LIMIT @p0)",
                [Math.Min(surplus, MostAtOnce)]);
            await store.CommitAsync([write], cancellationToken);
        }
    }

    // Ids have no gaps to speak of, so that the distance to the newest is the number of rows.
    private async Task PruneEventsAsync(CancellationToken cancellationToken)
    {
        var first = await AskAsync(
            db => db.Events.MinAsync(row => (long?)row.Id, cancellationToken), cancellationToken);
        var last = await AskAsync(
            db => db.Events.MaxAsync(row => (long?)row.Id, cancellationToken), cancellationToken);
        var end = (last ?? 0) - settings.Events;
        await InStepsAsync(first, end, "DELETE FROM core_events WHERE id <= @p0", cancellationToken);
    }

    // Without a subscription nobody will ever read what is there: a new one starts at the end. A subscription that
    // comes meanwhile starts after the last entry seen here, and cursors only grow; one that is served again meanwhile
    // may stand before it, so that the transaction looks once more.
    private async Task PruneNotificationsAsync(CancellationToken cancellationToken)
    {
        var first = await AskAsync(
            db => db.Notifications.MinAsync(row => (long?)row.Position, cancellationToken), cancellationToken);
        var last = await AskAsync(
            db => db.Notifications.MaxAsync(row => (long?)row.Position, cancellationToken), cancellationToken);
        var slowest = await AskAsync(
            db => db.Subscriptions.Where(row => row.SuspendedAt == null)
                .MinAsync(row => (long?)row.Cursor, cancellationToken),
            cancellationToken);
        var end = Math.Min(last ?? 0, slowest ?? long.MaxValue);
        await InStepsAsync(first, end, "DELETE FROM notifications WHERE position <= @p0 AND NOT EXISTS "
            + "(SELECT 1 FROM subscriptions WHERE suspended_at IS NULL AND cursor < @p0)", cancellationToken);
    }

    private async Task InStepsAsync(long? first, long end, string delete, CancellationToken cancellationToken)
    {
        for (var from = first ?? long.MaxValue; from <= end; from += MostAtOnce)
        {
            var write = new Write(delete, [Math.Min(from + MostAtOnce - 1, end)]);
            await store.CommitAsync([write], cancellationToken);
        }
    }

    private async Task<T> AskAsync<T>(Func<WatchkeeperDb, Task<T>> query, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await query(db);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Old rows could not be removed; it will be tried again")]
    private partial void LogFailed(Exception exception);
}
