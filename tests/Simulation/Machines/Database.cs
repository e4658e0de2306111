using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Watchkeeper.Server.Storage;
using Watchkeeper.Server.Storage.Model;

namespace Simulation.Machines;

/// <summary>The manager's disk: the real database file, in memory where the machine has such a folder.</summary>
internal sealed class Database : IDisposable
{
    private static readonly Lazy<string> Template = new(MakeTemplate);

    private readonly List<SqliteConnection> _writers = [];

    public Database(string folder)
    {
        Path = System.IO.Path.Combine(folder, "watchkeeper.db");
        File.Copy(Template.Value, Path);
        Contexts = new PooledDbContextFactory<WatchkeeperDb>(DatabaseFile.Options(Path, pooled: true));
    }

    /// <summary>Where simulations keep their files: memory if there is such a folder, so that a sync costs
    /// nothing.</summary>
    public static string Root => System.IO.Path.Combine(
        Directory.Exists("/dev/shm") ? "/dev/shm" : System.IO.Path.GetTempPath(),
        $"watchkeeper-simulation-{Environment.ProcessId}");

    public string Path { get; }

    /// <summary>Contexts upon it, as the manager pools them.</summary>
    public IDbContextFactory<WatchkeeperDb> Contexts { get; }

    /// <summary>Writes rows before anything runs.</summary>
    public void Fill(IEnumerable<Write> writes)
    {
        using var commands = new PreparedCommands(
            new SqliteConnection(DatabaseFile.ConnectionString(Path, pooled: false)));
        commands.Execute("BEGIN");
        foreach (var write in writes)
        {
            commands.Execute(write);
        }

        commands.Execute("COMMIT");
    }

    public void Opened(SqliteConnection writer) => _writers.Add(writer);

    /// <summary>The manager is gone: what it had not committed is rolled back.</summary>
    public void Abandon()
    {
        foreach (var writer in _writers)
        {
            writer.Dispose();
        }

        _writers.Clear();
    }

    public void Dispose()
    {
        Abandon();
        using var connection = new SqliteConnection(DatabaseFile.ConnectionString(Path));
        SqliteConnection.ClearPool(connection);
    }

    private static string MakeTemplate()
    {
        Directory.CreateDirectory(Root);
        var path = System.IO.Path.Combine(Root, "template.db");
        File.Delete(path);
        DatabaseFile.Prepare(path);
        return path;
    }
}

/// <summary>Awaits on both sides of every commit, so that a crash may come there; and tells the world of it.</summary>
internal sealed class CommitMoments(World world, Database database) : ICommitGate
{
    public void Opened(SqliteConnection connection) => database.Opened(connection);

    public async Task BeforeCommitAsync(int units) => await Task.Yield();

    public async Task AfterCommitAsync(int units)
    {
        world.Committed();
        await Task.Yield();
    }
}
