using Microsoft.Data.Sqlite;

namespace Watchkeeper.Server.Storage;

/// <summary>The writer's connection with its statements, each prepared once and kept by its text.</summary>
internal sealed class PreparedCommands : IDisposable
{
    /// <summary>
    /// Statements kept at most. The tables have about 30; beyond, somebody puts values into the text.
    /// </summary>
    private const int MostKept = 256;

    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, SqliteCommand> _commands = new(StringComparer.Ordinal);

    public PreparedCommands(SqliteConnection connection)
    {
        _connection = connection;
        connection.Open();
        Execute("PRAGMA synchronous = FULL");
        Execute("PRAGMA busy_timeout = 1000");
    }

    public SqliteConnection Connection => _connection;

    /// <summary>Whether a transaction is under way; an error of the disk ends it without being asked.</summary>
    public bool IsInTransaction => SQLitePCL.raw.sqlite3_get_autocommit(_connection.Handle) == 0;

    public void Execute(string sql) => For(sql, 0).ExecuteNonQuery();

    /// <summary>Runs a write.</summary>
    /// <returns>The rows that it touched.</returns>
    public int Execute(Write write)
    {
        var command = For(write.Sql, write.Values.Length);
        for (var i = 0; i < write.Values.Length; i++)
        {
            command.Parameters[i].Value = write.Values[i] ?? DBNull.Value;
        }

        return command.ExecuteNonQuery();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Forget();
        _connection.Dispose();
    }

    private SqliteCommand For(string sql, int parameters)
    {
        if (_commands.TryGetValue(sql, out var command) && command.Parameters.Count == parameters)
        {
            return command;
        }

        if (_commands.Count >= MostKept)
        {
            Forget();
        }

        command = _connection.CreateCommand();
        command.CommandText = sql;
        for (var i = 0; i < parameters; i++)
        {
            command.Parameters.Add(new SqliteParameter { ParameterName = $"@p{i}" });
        }

        _commands[sql] = command;
        return command;
    }

    private void Forget()
    {
        foreach (var command in _commands.Values)
        {
            command.Dispose();
        }

        _commands.Clear();
    }
}
