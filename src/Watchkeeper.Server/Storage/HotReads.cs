using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace Watchkeeper.Server.Storage;

/// <summary>The few reads that every step of every operation makes: prepared statements, kept connections.</summary>
/// <remarks>
/// A query by the model takes far longer than SQLite itself, and an operation makes a dozen. SQLite reads without
/// waiting, so these are plain calls.
/// </remarks>
internal sealed class HotReads(string connectionString) : IDisposable
{
    /// <summary>Connections kept for the next reader; more are opened and closed as they are needed.</summary>
    private const int MostKept = 16;

    private readonly ConcurrentBag<Reader> _kept = [];

    /// <summary>The rows of a statement with one parameter <c>@p0</c>: one document each, or two.</summary>
    public ImmutableArray<T> Read<T>(string sql, string parameter, Func<SqliteDataReader, T> row)
    {
        if (!_kept.TryTake(out var reader))
        {
            reader = new Reader(connectionString);
        }

        try
        {
            var rows = reader.Read(sql, parameter, row);
            if (_kept.Count < MostKept)
            {
                _kept.Add(reader);
                reader = null;
            }

            return rows;
        }
        finally
        {
            reader?.Dispose();
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        while (_kept.TryTake(out var reader))
        {
            reader.Dispose();
        }
    }

    private sealed class Reader : IDisposable
    {
        private readonly SqliteConnection _connection;
        private readonly Dictionary<string, SqliteCommand> _commands = new(StringComparer.Ordinal);

        public Reader(string connectionString)
        {
            _connection = new SqliteConnection(connectionString);
            _connection.Open();
        }

        public ImmutableArray<T> Read<T>(string sql, string parameter, Func<SqliteDataReader, T> row)
        {
            if (!_commands.TryGetValue(sql, out var command))
            {
                command = _connection.CreateCommand();
                command.CommandText = sql;
                command.Parameters.Add(new SqliteParameter { ParameterName = "@p0" });
                _commands[sql] = command;
            }

            command.Parameters[0].Value = parameter;
            using var reader = command.ExecuteReader();
            var rows = ImmutableArray.CreateBuilder<T>();
            while (reader.Read())
            {
                rows.Add(row(reader));
            }

            return rows.DrainToImmutable();
        }

        public void Dispose()
        {
            foreach (var command in _commands.Values)
            {
                command.Dispose();
            }

            _connection.Dispose();
        }
    }
}
