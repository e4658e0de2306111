using Microsoft.Data.Sqlite;

namespace Watchkeeper.Server.Storage.Backup;

/// <summary>Saves what a manager keeps while it runs, and puts it back while it does not.</summary>
/// <remarks>
/// The database, the packages, the join token and the file of settings. Not the VMs: they are the infrastructure's. A
/// backup is itself a folder that a server can be started on.
/// </remarks>
internal static class DataBackup
{
    private const string Database = "watchkeeper.db";
    private const string Packages = "packages";

    private static readonly string[] Files = ["agent-token", "watchkeeper.json"];

    // The log and its index belong to the file beside them: with another one they would destroy it.
    private static readonly string[] DatabaseFiles = [Database, $"{Database}-wal", $"{Database}-shm"];

    /// <summary>Saves a data folder, whether a server is at work on it or not.</summary>
    /// <param name="data">The data folder.</param>
    /// <param name="backup">The folder to make; it must not be there yet.</param>
    /// <exception cref="DataFolderException">It could not be saved; no folder of that name was made.</exception>
    public static void Save(string data, string backup)
    {
        Demand(Directory.Exists(data) && File.Exists(Path.Combine(data, Database)), $"{data} has no database.");
        Demand(!Path.Exists(backup), $"{backup} is there already: a backup is made in a new folder.");

        // Under another name until it is whole, so that half a backup is never taken for one.
        var partial = $"{backup}.partial";
        Guarded($"The backup {backup} can't be made", () =>
        {
            MakeEmpty(partial);
            SaveDatabase(Path.Combine(data, Database), Path.Combine(partial, Database));
            CopyFiles(data, partial);
            CopyPackages(Path.Combine(data, Packages), Path.Combine(partial, Packages));
            Directory.Move(partial, backup);
        });
    }

    /// <summary>Puts a backup into a data folder that no server is at work on.</summary>
    /// <param name="backup">The backup.</param>
    /// <param name="folder">The data folder, held by the caller.</param>
    /// <returns>Where the database that was there is now; null when there was none.</returns>
    /// <exception cref="DataFolderException">It could not be restored.</exception>
    public static string? Restore(string backup, DataFolder folder)
    {
        var source = Path.Combine(backup, Database);
        Demand(File.Exists(source), $"{backup} is no backup: it has no {Database}.");
        DatabaseFile.Inspect(source);
        string? aside = null;
        Guarded($"The backup {backup} can't be restored", () =>
        {
            DatabaseFile.Mark(folder.DatabasePath);
            aside = SetAside(folder.Path);
            CopyPackages(Path.Combine(backup, Packages), Path.Combine(folder.Path, Packages));
            CopyFiles(backup, folder.Path);

            // Last, by a rename: a folder without a database is one whose restore was not finished, and is refused.
            var arriving = Path.Combine(folder.Path, $"{Database}.arriving");
            CopyPrivate(source, arriving);
            File.Move(arriving, folder.DatabasePath);
        });
        return aside;
    }

    // SQLite's own online backup: one moment of the database, whatever is written meanwhile.
    private static void SaveDatabase(string from, string to)
    {
        DatabaseFile.CreatePrivate(to);
        using var source = Open(from, SqliteOpenMode.ReadWrite);
        using var target = Open(to, SqliteOpenMode.ReadWrite);
        source.BackupDatabase(target);
        var found = Ask(target, "PRAGMA quick_check(1)");
        Demand(found == "ok", $"The saved database is damaged: {found}");

        // One file that needs no other beside it; the server that is started on it makes its log again.
        Ask(target, "PRAGMA journal_mode = DELETE");
    }

    private static string Ask(SqliteConnection connection, string pragma)
    {
        using var command = connection.CreateCommand();
        command.CommandText = pragma;
        return (string)command.ExecuteScalar()!;
    }

    private static SqliteConnection Open(string path, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false }.ToString());
        connection.Open();
        return connection;
    }

    private static void CopyFiles(string from, string to)
    {
        foreach (var name in Files.Where(name => File.Exists(Path.Combine(from, name))))
        {
            CopyPrivate(Path.Combine(from, name), Path.Combine(to, name));
        }
    }

    // A package is never changed once it is there, and one that is being made or removed has no name of its own.
    private static void CopyPackages(string from, string to)
    {
        foreach (var package in Directory.Exists(from) ? Directory.GetDirectories(from) : [])
        {
            var name = Path.GetFileName(package);
            if (!name.StartsWith('.') && !Directory.Exists(Path.Combine(to, name)))
            {
                CopyTree(package, Path.Combine(to, name));
            }
        }
    }

    private static void CopyTree(string from, string to)
    {
        Directory.CreateDirectory(to);
        CopyMode(from, to);
        foreach (var file in Directory.GetFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }

        foreach (var folder in Directory.GetDirectories(from))
        {
            CopyTree(folder, Path.Combine(to, Path.GetFileName(folder)));
        }
    }

    private static void CopyMode(string from, string to)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(to, File.GetUnixFileMode(from));
        }
    }

    private static void CopyPrivate(string from, string to)
    {
        File.Delete(to);
        DatabaseFile.CreatePrivate(to);
        using var source = File.OpenRead(from);
        using var target = new FileStream(to, FileMode.Truncate, FileAccess.Write);
        source.CopyTo(target);
        target.Flush(flushToDisk: true);
    }

    private static string? SetAside(string data)
    {
        var present = DatabaseFiles.Where(name => File.Exists(Path.Combine(data, name))).ToList();
        if (present.Count == 0)
        {
            return null;
        }

        var number = 1;
        while (Path.Exists(AsideOf(data, number)))
        {
            number++;
        }

        var aside = AsideOf(data, number);
        MakeEmpty(aside);

        // The log before the database: a crash in between must not leave a log beside a database of another moment.
        present.Reverse();
        foreach (var name in present)
        {
            File.Move(Path.Combine(data, name), Path.Combine(aside, name));
        }

        return aside;
    }

    private static string AsideOf(string data, int number) => Path.Combine(data, $"before-restore-{number}");

    private static void MakeEmpty(string path)
    {
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }

        DataFolder.MakePrivate(path);
    }

    private static void Guarded(string what, Action act)
    {
        try
        {
            act();
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw new DataFolderException($"{what}: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }

    private static void Demand(bool holds, string whyNot)
    {
        if (!holds)
        {
            throw new DataFolderException(whyNot);
        }
    }
}
