namespace Watchkeeper.Server.Storage.Backup;

/// <summary>
/// What the server's program does instead of serving: <c>--backup-to FOLDER</c> or <c>--restore-from FOLDER</c>.
/// </summary>
/// <param name="Folder">The backup's folder, as it was given.</param>
/// <param name="IsRestore">Whether the backup is put back, rather than made.</param>
/// <param name="Rest">The other arguments: settings, of which the data folder matters here.</param>
internal sealed record BackupVerb(string Folder, bool IsRestore, ImmutableArray<string> Rest)
{
    /// <summary>Saves a data folder.</summary>
    public const string BackupTo = "--backup-to";

    /// <summary>Puts a data folder back.</summary>
    public const string RestoreFrom = "--restore-from";

    /// <summary>The verb of a command line; null when the server is to serve.</summary>
    /// <exception cref="DataFolderException">It names no folder.</exception>
    public static BackupVerb? Of(IReadOnlyList<string> arguments)
    {
        for (var index = 0; index < arguments.Count; index++)
        {
            var parts = arguments[index].Split('=', 2);
            if (parts[0] is not (BackupTo or RestoreFrom))
            {
                continue;
            }

            var taken = parts.Length == 1 ? 2 : 1;
            ImmutableArray<string> rest = [.. arguments.Take(index), .. arguments.Skip(index + taken)];
            if (rest.Any(argument => argument.Split('=', 2)[0] is BackupTo or RestoreFrom))
            {
                throw new DataFolderException($"Only one of {BackupTo} and {RestoreFrom} can be asked for, once.");
            }

            var folder = parts.Length == 2 ? parts[1] : arguments.ElementAtOrDefault(index + 1);
            return string.IsNullOrWhiteSpace(folder) || folder.StartsWith("--", StringComparison.Ordinal)
                ? throw new DataFolderException($"{parts[0]} names no folder: write {parts[0]} FOLDER.")
                : new BackupVerb(folder, parts[0] == RestoreFrom, rest);
        }

        return null;
    }

    /// <summary>Does it.</summary>
    /// <returns>The line that says so.</returns>
    /// <exception cref="DataFolderException">It could not be done.</exception>
    public string Perform(string dataFolder)
    {
        var backup = Path.GetFullPath(Folder);
        if (!IsRestore)
        {
            DataBackup.Save(dataFolder, backup);
            return $"backup {backup}";
        }

        using var folder = DataFolder.Open(dataFolder);
        return DataBackup.Restore(backup, folder) is { } aside
            ? $"restored {folder.Path}; the database that was there is in {aside}"
            : $"restored {folder.Path}";
    }
}
