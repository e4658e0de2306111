using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Watchkeeper.Server.Storage.Model;

namespace Watchkeeper.Server.Storage;

/// <summary>The embedded database's file: looked at before it is touched, then brought to the present model.</summary>
internal static class DatabaseFile
{
    // A reader meets a lock only while the log is being reset, and another program's write is short, so that this is
    // long.
    private const int LockPatienceSeconds = 5;

    /// <summary>
    /// Checks the file, makes it if there is none, and migrates it. Done at start, before anything uses it.
    /// </summary>
    /// <exception cref="DataFolderException">It is damaged, gone, or of a newer version; it was left
    /// untouched.</exception>
    public static void Prepare(string path)
    {
        try
        {
            if (File.Exists(path) && new FileInfo(path).Length > 0)
            {
                Inspect(path);
            }
            else if (File.Exists(MarkOf(path)))
            {
                throw new DataFolderException(
                    $"The database {path} is missing or empty, and was not always: restore it from a backup. "
                    + $"To begin anew with nothing, remove {MarkOf(path)} too.");
            }
            else
            {
                CreatePrivate(path);
            }

            Migrate(path);
            Mark(path);
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw new DataFolderException($"The database {path} can't be opened: {e.Message}", e);
        }
    }

    /// <summary>Notes that there is a database, or is to be one: without it no server starts as if it were new, and
    /// has agents leave everything that they watch.</summary>
    public static void Mark(string path)
    {
        if (!File.Exists(MarkOf(path)))
        {
            CreatePrivate(MarkOf(path));
        }
    }

    private static string MarkOf(string path) => $"{path}-made";

    /// <summary>How the file is opened for reading and writing.</summary>
    public static string ConnectionString(string path, bool pooled = true) => new SqliteConnectionStringBuilder
    {
        DataSource = path,
        Mode = SqliteOpenMode.ReadWrite,
        Pooling = pooled,
        ForeignKeys = true,
        DefaultTimeout = LockPatienceSeconds,
    }.ToString();

    /// <summary>The settings of a context upon the file.</summary>
    public static DbContextOptions<WatchkeeperDb> Options(string path, bool pooled = true)
    {
        var builder = new DbContextOptionsBuilder<WatchkeeperDb>();
        Configure(builder, path, pooled);
        return builder.Options;
    }

    /// <summary>Applies the settings of a context upon the file.</summary>
    public static void Configure(DbContextOptionsBuilder builder, string path, bool pooled = true) =>
        builder.UseSqlite(ConnectionString(path, pooled)).UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking);

    /// <summary>Makes an empty file for its owner alone: SQLite gives the files beside it the same mode.</summary>
    public static void CreatePrivate(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = DataFolder.PrivateFile;
        }

        new FileStream(path, options).Dispose();
    }

    /// <summary>Looks whether a database is sound, and leaves it untouched.</summary>
    /// <remarks>Opened read-only, so that a damaged file stays as it is for whoever will try to save what is in
    /// it.</remarks>
    /// <exception cref="DataFolderException">It is damaged.</exception>
    public static void Inspect(string path)
    {
        var connectionString = new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = SqliteOpenMode.ReadOnly,
            Pooling = false,
            DefaultTimeout = LockPatienceSeconds,
        }.ToString();
        string found;
        try
        {
            using var connection = new SqliteConnection(connectionString);
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA quick_check(1)";
            found = (string)command.ExecuteScalar()!;
        }
        catch (SqliteException e)
            when (e.SqliteErrorCode is SQLitePCL.raw.SQLITE_CORRUPT or SQLitePCL.raw.SQLITE_NOTADB)
        {
            found = e.Message;
        }

        if (found != "ok")
        {
            throw new DataFolderException(
                $"The database {path} is damaged and was left untouched; restore it from a backup: "
                + found.ReplaceLineEndings(" "));
        }
    }

    private static void Migrate(string path)
    {
        using var db = new WatchkeeperDb(Options(path, pooled: false));
        var unknown = db.Database.GetAppliedMigrations().Except(db.Database.GetMigrations()).LastOrDefault();
        if (unknown is not null)
        {
            throw new DataFolderException($"The database {path} is of a newer version of Watchkeeper ({unknown}).");
        }

        // A server that was killed in a migration leaves EF's lock behind, for which the next one would wait for
        // ever. The
        // data folder's own lock already says that nobody else is at it.
        db.Database.ExecuteSqlRaw("DROP TABLE IF EXISTS \"__EFMigrationsLock\"");
        db.Database.Migrate();
        db.Database.ExecuteSqlRaw("PRAGMA journal_mode = WAL");
    }
}
