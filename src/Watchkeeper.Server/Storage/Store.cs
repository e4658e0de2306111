using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Storage.Model;

namespace Watchkeeper.Server.Storage;

/// <summary>The truth: reads what is stored, and commits units of writes, all or nothing.</summary>
internal sealed partial class Store : IDisposable
{
    private readonly GroupCommitWriter _writer;
    private readonly IDbContextFactory<WatchkeeperDb> _contexts;
    private readonly TopicBoard _board;
    private readonly IJournalGate? _journal;
    private readonly HotReads _hot;

    /// <param name="writer">Commits.</param>
    /// <param name="contexts">Queries by the model.</param>
    /// <param name="board">Wakes who waits for a topic.</param>
    /// <param name="journal">Where drills hold or end an operation; null without drills.</param>
    public Store(
        GroupCommitWriter writer, IDbContextFactory<WatchkeeperDb> contexts, TopicBoard board,
        IJournalGate? journal = null)
    {
        _journal = journal;
        _writer = writer;
        _contexts = contexts;
        _board = board;
        NotificationTail = new NotificationTail(
            NotificationsAsync, () => board.StampOf(Topics.Notifications));
        using var db = contexts.CreateDbContext();

        // Made here, by one: EF maps tables at the first query, and of two first queries at once one may fail.
        _ = db.Model.GetRelationalModel();
        _hot = new HotReads(db.Database.GetConnectionString()
            ?? throw new InvalidOperationException("The model has no connection."));
    }

    /// <summary>The newest notification entries, read once for all who deliver them.</summary>
    public NotificationTail NotificationTail { get; }

    /// <summary>Commits a unit: returns when it is durable. Cancelled means that nothing was stored.</summary>
    /// <exception cref="StoreConflictException">A row was changed or made meanwhile; nothing was stored.</exception>
    /// <exception cref="StoreUnavailableException">The store takes no writes now; nothing was stored.</exception>
    public Task CommitAsync(ImmutableArray<Write> writes, CancellationToken cancellationToken) =>
        _writer.CommitAsync(writes, cancellationToken);

    /// <summary>
    /// Looks whether the store takes writes, if it did not take the last one: before somebody else is asked for what
    /// could not be stored afterwards.
    /// </summary>
    /// <exception cref="StoreUnavailableException">It takes none now.</exception>
    public Task DemandWritesAsync(CancellationToken cancellationToken) => _writer.TryWriteAsync(cancellationToken);

    /// <summary>Commits a step or a state of an occurrence: a journal point.</summary>
    /// <exception cref="StoreConflictException">A row was changed or made meanwhile; nothing was stored.</exception>
    /// <exception cref="StoreUnavailableException">The store takes no writes now; nothing was stored.</exception>
    public async Task CommitAsync(
        JournalPoint point, ImmutableArray<Write> writes, CancellationToken cancellationToken)
    {
        if (_journal is null)
        {
            await _writer.CommitAsync(writes, cancellationToken);
            return;
        }

        await _journal.PassAsync(point, isStored: false, cancellationToken);
        await _writer.CommitAsync(writes, cancellationToken);
        await _journal.PassAsync(point, isStored: true, cancellationToken);
    }

    public Task<VnfInstance?> FindInstanceAsync(VnfInstanceId id, CancellationToken cancellationToken) =>
        FindHotAsync<VnfInstance>(
            "SELECT document FROM vnf_instances WHERE id = @p0", id.ToString(), cancellationToken);

    /// <summary>
    /// A page in the order of ids: those after <paramref name="after"/>, at most <paramref name="count"/>.
    /// </summary>
    public Task<ImmutableArray<VnfInstance>> InstancesAsync(
        VnfInstanceId? after, int count, CancellationToken cancellationToken)
    {
        var key = after?.ToString() ?? "";
        return ListAsync(
            db => db.Instances.Where(row => string.Compare(row.Id, key) > 0)
                .OrderBy(row => row.Id).Take(count).Select(row => row.Document),
            Documents.Read<VnfInstance>,
            cancellationToken);
    }

    public Task<VnfLcmOpOcc?> FindOccurrenceAsync(OperationId id, CancellationToken cancellationToken) =>
        FindHotAsync<VnfLcmOpOcc>(
            "SELECT document FROM occurrences WHERE id = @p0", id.ToString(), cancellationToken);

    public Task<ImmutableArray<VnfLcmOpOcc>> OccurrencesAsync(
        OperationId? after, int count, CancellationToken cancellationToken)
    {
        var key = after?.ToString() ?? "";
        return ListAsync(
            db => db.Occurrences.Where(row => string.Compare(row.Id, key) > 0)
                .OrderBy(row => row.Id).Take(count).Select(row => row.Document),
            Documents.Read<VnfLcmOpOcc>,
            cancellationToken);
    }

    /// <summary>The occurrence that holds a VNF instance; null when none does.</summary>
    public Task<VnfLcmOpOcc?> FindOpenOccurrenceAsync(VnfInstanceId id, CancellationToken cancellationToken) =>
        FindHotAsync<VnfLcmOpOcc>(
            "SELECT document FROM occurrences WHERE vnf_instance_id = @p0 AND is_open",
            id.ToString(),
            cancellationToken);

    /// <summary>All occurrences that have not ended, FAILED_TEMP included.</summary>
    public async Task<ImmutableArray<VnfLcmOpOcc>> OpenOccurrencesAsync(CancellationToken cancellationToken)
    {
        // Ordered here: asked to order them, SQLite would walk all occurrences by id rather than the open ones' index.
        var open = await ListAsync(
            db => db.Occurrences.Where(row => row.IsOpen).Select(row => row.Document),
            Documents.Read<VnfLcmOpOcc>,
            cancellationToken);
        return open.Sort((one, other) => one.Id.Value.CompareTo(other.Id.Value));
    }

    /// <summary>The occurrences about which the engine may have something to do: those at rest are not read.</summary>
    public Task<ImmutableArray<VnfLcmOpOcc>> OccurrencesAtWorkAsync(CancellationToken cancellationToken) => ListAsync(
        db => db.Occurrences.Where(row => row.NeedsWork).Select(row => row.Document),
        Documents.Read<VnfLcmOpOcc>,
        cancellationToken);

    /// <summary>The occurrences in FAILED_TEMP, those first that are longest in it.</summary>
    public Task<ImmutableArray<VnfLcmOpOcc>> FailedTempAsync(CancellationToken cancellationToken) => ListAsync(
        db => db.Occurrences.Where(row => row.FailedTempAt != null)
            .OrderBy(row => row.FailedTempAt).Select(row => row.Document),
        Documents.Read<VnfLcmOpOcc>,
        cancellationToken);

    /// <summary>The VMs of one VNF instance, in the order of their ids.</summary>
    public Task<ImmutableArray<WatchedVnfc>> VnfcsAsync(VnfInstanceId id, CancellationToken cancellationToken) =>
        HotAsync(
            "SELECT document, monitoring FROM vnfcs WHERE vnf_instance_id = @p0 ORDER BY id",
            id.ToString(),
            row => new WatchedVnfc(
                Documents.Read<Vnfc>(row.GetString(0)), Documents.Read<VnfcMonitoring>(row.GetString(1))),
            cancellationToken);

    /// <summary>The VMs of all VNF instances: read once, at start.</summary>
    public Task<ImmutableArray<WatchedVnfc>> AllVnfcsAsync(CancellationToken cancellationToken) =>
        ListAsync(db => db.Vnfcs.OrderBy(row => row.Id), Watched, cancellationToken);

    /// <summary>All stored levels: read once, at start.</summary>
    public Task<ImmutableArray<StoredLevel>> LevelsAsync(CancellationToken cancellationToken) => ListAsync(
        db => db.Levels.OrderBy(row => row.Target).Select(row => row.Document),
        Documents.Read<StoredLevel>,
        cancellationToken);

    /// <summary>Core events after an id, optionally of one VNF instance, oldest first.</summary>
    public Task<ImmutableArray<StoredEvent>> EventsAsync(
        long after, VnfInstanceId? vnfInstanceId, int count, CancellationToken cancellationToken)
    {
        var key = vnfInstanceId?.ToString();
        return ListAsync(
            db => (key is null ? db.Events : db.Events.Where(row => row.VnfInstanceId == key))
                .Where(row => row.Id > after).OrderBy(row => row.Id).Take(count),
            row => new StoredEvent(row.Id, Documents.Read<CoreEvent>(row.Document)),
            cancellationToken);
    }

    /// <summary>Notification entries after a position, oldest first.</summary>
    public Task<ImmutableArray<StoredNotification>> NotificationsAsync(
        long after, int count, CancellationToken cancellationToken) => ListAsync(
            db => db.Notifications.Where(row => row.Position > after).OrderBy(row => row.Position).Take(count),
            row => new StoredNotification(
                row.Position, Notification(row), row.Document.Length + (row.Alarm?.Length ?? 0)),
            cancellationToken);

    public Task<ImmutableArray<SubscriptionRow>> SubscriptionsAsync(CancellationToken cancellationToken) =>
        ListAsync(db => db.Subscriptions.OrderBy(row => row.Id), Subscription, cancellationToken);

    public Task<ImmutableArray<SubscriptionRow>> SuspendedSubscriptionsAsync(CancellationToken cancellationToken) =>
        ListAsync(
            db => db.Subscriptions.Where(row => row.SuspendedAt != null).OrderBy(row => row.Id),
            Subscription,
            cancellationToken);

    public async Task<SubscriptionRow?> FindSubscriptionAsync(Guid id, CancellationToken cancellationToken)
    {
        var key = id.ToString("D");
        var found = await ListAsync(
            db => db.Subscriptions.Where(row => row.Id == key), Subscription, cancellationToken);
        return found.SingleOrDefault();
    }

    public Task<ImmutableArray<AgentRow>> AgentsAsync(CancellationToken cancellationToken) => ListAsync(
        db => db.Agents.OrderBy(row => row.Name).Select(row => row.Document),
        Documents.Read<AgentRow>,
        cancellationToken);

    public Task<ImmutableArray<PackageRow>> PackagesAsync(CancellationToken cancellationToken) => ListAsync(
        db => db.Packages.OrderBy(row => row.Id).Select(row => row.Document),
        Documents.Read<PackageRow>,
        cancellationToken);

    public Task<PackageRow?> FindPackageAsync(string vnfdId, CancellationToken cancellationToken) =>
        FindAsync<PackageRow>(
            db => db.Packages.Where(row => row.VnfdId == vnfdId).Select(row => row.Document), cancellationToken);

    /// <summary>
    /// Returns at the next commit that touches one of the topics, after the last call by this reader or now.
    /// </summary>
    /// <param name="topics">What the reader waits for.</param>
    /// <param name="seen">The stamp that the reader saw last; 0 at first, which returns at once.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The stamp to pass next time.</returns>
    public Task<long> WaitAsync(Topics topics, long seen, CancellationToken cancellationToken) =>
        _board.WaitAsync(topics, seen, cancellationToken);

    private static WatchedVnfc Watched(VnfcRecord row) =>
        new(Documents.Read<Vnfc>(row.Document), Documents.Read<VnfcMonitoring>(row.Monitoring));

    private static NotificationEntry Notification(NotificationRecord row) =>
        Documents.Read<NotificationEntry>(row.Document) with
        {
            Alarm = row.Alarm is { } alarm ? Documents.Read<AlarmRow>(alarm) : null,
        };

    private static SubscriptionRow Subscription(SubscriptionRecord row) =>
        Documents.Read<SubscriptionRow>(row.Document) with
        {
            Start = row.Start,
            Cursor = row.Cursor,
            SuspendedAt = row.SuspendedAt is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null,
            Dropped = row.Dropped,
        };

    /// <inheritdoc />
    public void Dispose() => _hot.Dispose();

    private async Task<T?> FindHotAsync<T>(string sql, string key, CancellationToken cancellationToken)
        where T : class
    {
        var found = await HotAsync(sql, key, row => Documents.Read<T>(row.GetString(0)), cancellationToken);
        return found.SingleOrDefault();
    }

    private Task<ImmutableArray<T>> HotAsync<T>(
        string sql, string key, Func<SqliteDataReader, T> row, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(ReadHot(sql, key, row));
    }

    private ImmutableArray<T> ReadHot<T>(string sql, string key, Func<SqliteDataReader, T> row)
    {
        try
        {
            return _hot.Read(sql, key, row);
        }
        catch (SqliteException e)
        {
            throw new StoreUnavailableException($"The store can't be read now: {e.Message}", e);
        }
    }

    private async Task<T?> FindAsync<T>(
        Func<WatchkeeperDb, IQueryable<string>> query, CancellationToken cancellationToken)
        where T : class
    {
        var found = await ListAsync(query, Documents.Read<T>, cancellationToken);
        return found.SingleOrDefault();
    }

    private async Task<ImmutableArray<T>> ListAsync<TRow, T>(
        Func<WatchkeeperDb, IQueryable<TRow>> query, Func<TRow, T> read, CancellationToken cancellationToken)
    {
        try
        {
            await using var db = await _contexts.CreateDbContextAsync(cancellationToken);
            var rows = await query(db).ToListAsync(cancellationToken);
            return [.. rows.Select(read)];
        }
        catch (SqliteException e)
        {
            throw new StoreUnavailableException($"The store can't be read now: {e.Message}", e);
        }
    }
}
