using Microsoft.Data.Sqlite;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Server.Storage;

namespace Simulation.Truth;

/// <summary>What is stored, read with its own eyes after every commit: only what has changed.</summary>
internal sealed class StoredTruth : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, SqliteCommand> _commands = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _levelTexts = new(StringComparer.Ordinal);
    private long _lastNotification;
    private long _lastEvent;

    public StoredTruth(string path)
    {
        _connection = new SqliteConnection(DatabaseFile.ConnectionString(path, pooled: false));
        _connection.Open();
    }

    public SortedDictionary<string, VnfInstance> Instances { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, WatchedVnfc> Vnfcs { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, VnfLcmOpOcc> Occurrences { get; } = new(StringComparer.Ordinal);

    public List<StoredNotification> Notifications { get; } = [];

    public List<StoredEvent> Events { get; } = [];

    /// <summary>Where in the log each subscription begins.</summary>
    public SortedDictionary<Guid, long> Subscriptions { get; } = [];

    /// <summary>Where the log ends, notifications of alarms included: they have their positions in it too.</summary>
    public long EndOfLog { get; private set; }

    /// <summary>The open alarms: code and object.</summary>
    public HashSet<(string Code, string Subject)> OpenAlarms { get; private set; } = [];

    public Dictionary<TargetId, StoredLevel> Levels { get; } = [];

    public WatchedVnfc? Find(TargetId target) => Vnfcs.GetValueOrDefault(target.Value.ToString("D"));

    /// <summary>Reads what has changed since the last time.</summary>
    public Commit Read(TimeSpan now)
    {
        Subscriptions.Clear();
        foreach (var (id, start) in Select(
            "SELECT id, start FROM subscriptions", null, row => (Guid.Parse(row.GetString(0)), row.GetInt64(1))))
        {
            Subscriptions[id] = start;
        }

        OpenAlarms =
        [
            .. Select(
                "SELECT code, subject FROM alarms WHERE cleared_at IS NULL ORDER BY code, subject", null,
                row => (row.GetString(0), row.GetString(1))),
        ];
        EndOfLog = Math.Max(EndOfLog, Select(
            "SELECT COALESCE(MAX(position), 0) FROM notifications", null, row => row.GetInt64(0))[0]);
        return ReadRows(now);
    }

    private Commit ReadRows(TimeSpan now) => new(
        now,
        Changed("vnf_instances", Instances, row => row.Version, Documents.Read<VnfInstance>),
        ChangedVnfcs(),
        Changed("occurrences", Occurrences, row => row.Version, Documents.Read<VnfLcmOpOcc>),
        NewNotifications(),
        NewEvents(),
        ChangedLevels());

    public void Dispose()
    {
        foreach (var command in _commands.Values)
        {
            command.Dispose();
        }

        _connection.Dispose();
    }

    private ImmutableArray<Change<T>> Changed<T>(
        string table, SortedDictionary<string, T> known, Func<T, long> version, Func<string, T> read)
        where T : class
    {
        var changed =
            Select($"SELECT id, version FROM {table} ORDER BY id", null, row => (row.GetString(0), row.GetInt64(1)))
            .Where(row => !known.TryGetValue(row.Item1, out var had) || version(had) != row.Item2);
        var changes = ImmutableArray.CreateBuilder<Change<T>>();
        foreach (var (id, _) in changed)
        {
            var after = Select($"SELECT document FROM {table} WHERE id = @p", id, row => read(row.GetString(0)))[0];
            changes.Add(new Change<T>(known.GetValueOrDefault(id), after));
            known[id] = after;
        }

        return changes.ToImmutable();
    }

    private ImmutableArray<Change<WatchedVnfc>> ChangedVnfcs() => Changed(
        "vnfcs",
        Vnfcs,
        row => row.Vnfc.Version,
        document =>
        {
            var vnfc = Documents.Read<Vnfc>(document);
            var had = Vnfcs.GetValueOrDefault(vnfc.Id.ToString());
            return new WatchedVnfc(vnfc, had?.Monitoring ?? Select(
                "SELECT monitoring FROM vnfcs WHERE id = @p", vnfc.Id.ToString(),
                row => Documents.Read<VnfcMonitoring>(row.GetString(0)))[0]);
        });

    private ImmutableArray<StoredNotification> NewNotifications()
    {
        var added = Select(
            "SELECT position, document FROM notifications WHERE position > @p AND alarm IS NULL ORDER BY position",
            _lastNotification,
            row => new StoredNotification(
                row.GetInt64(0), Documents.Read<NotificationEntry>(row.GetString(1)), row.GetString(1).Length));
        Notifications.AddRange(added);
        _lastNotification = added.Count > 0 ? added[^1].Position : _lastNotification;
        return [.. added];
    }

    private ImmutableArray<StoredEvent> NewEvents()
    {
        var added = Select(
            "SELECT id, document FROM core_events WHERE id > @p ORDER BY id", _lastEvent,
            row => new StoredEvent(row.GetInt64(0), Documents.Read<CoreEvent>(row.GetString(1))));
        Events.AddRange(added);
        _lastEvent = added.Count > 0 ? added[^1].Id : _lastEvent;
        return [.. added];
    }

    private ImmutableArray<Change<StoredLevel>> ChangedLevels()
    {
        var changes = ImmutableArray.CreateBuilder<Change<StoredLevel>>();
        foreach (var (target, text) in Select(
            "SELECT target, document FROM levels ORDER BY target", null, row => (row.GetString(0), row.GetString(1))))
        {
            if (_levelTexts.GetValueOrDefault(target) == text)
            {
                continue;
            }

            _levelTexts[target] = text;
            var after = Documents.Read<StoredLevel>(text);
            changes.Add(new Change<StoredLevel>(Levels.GetValueOrDefault(after.Target), after));
            Levels[after.Target] = after;
        }

        return changes.ToImmutable();
    }

    private List<T> Select<T>(string sql, object? parameter, Func<SqliteDataReader, T> read)
    {
        if (!_commands.TryGetValue(sql, out var command))
        {
            _commands[sql] = command = _connection.CreateCommand();
            command.CommandText = sql;
            if (parameter is not null)
            {
                command.Parameters.Add(new SqliteParameter { ParameterName = "@p" });
            }
        }

        if (parameter is not null)
        {
            command.Parameters[0].Value = parameter;
        }

        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(read(reader));
        }

        return rows;
    }
}
