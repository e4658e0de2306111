namespace Watchkeeper.Server.Vim.Host;

/// <summary>Whether a folder in a place that others may write to is really ours.</summary>
internal static class OwnFolder
{
    private const UnixFileMode ForOthers =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private const UnixFileMode WriteForOthers = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    /// <summary>
    /// Why a folder can't be trusted; null when it is this user's, open to nobody else, and nobody else can put another
    /// in its place.
    /// </summary>
    public static string? Objection(string path)
    {
        if (Stranger(path) is { } stranger)
        {
            return stranger;
        }

        if (IsOpen(path, ForOthers))
        {
            return $"{path} is open to other users.";
        }

        var parent = Path.GetDirectoryName(path)!;
        return IsShared(parent) ? null : Stranger(parent)
            ?? (IsOpen(parent, WriteForOthers) ? $"{parent} is open to others." : null);
    }

    // Root's own, in which everybody may make something and nobody may replace what is another's: /tmp.
    private static bool IsShared(string path) =>
        LinuxCalls.OwnerOf(path) is { IsFolder: true, User: 0 } && IsOpen(path, UnixFileMode.StickyBit);

    private static bool IsOpen(string path, UnixFileMode any) =>
        (new DirectoryInfo(path).UnixFileMode & any) != UnixFileMode.None;

    private static string? Stranger(string path) => LinuxCalls.OwnerOf(path) switch
    {
        null => $"{path} is not there.",
        { IsFolder: false } => $"{path} is no folder (a link is none).",
        var (user, _) when user != LinuxCalls.EffectiveUser() && user != 0 => $"{path} is of user {user}.",
        _ => null,
    };
}
