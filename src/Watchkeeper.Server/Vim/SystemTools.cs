namespace Watchkeeper.Server.Vim;

/// <summary>
/// Where the system's programs are. They are named by absolute paths, never looked up by a PATH we were given.
/// </summary>
internal sealed class SystemTools(ImmutableArray<string> folders)
{
    private static readonly ImmutableArray<string> UsualFolders = ["/usr/sbin", "/usr/bin", "/sbin", "/bin"];

    /// <summary>Looks where Debian puts them.</summary>
    public SystemTools()
        : this(UsualFolders)
    {
    }

    /// <summary>The path of a program.</summary>
    /// <exception cref="VimException">It is not installed.</exception>
    public string PathOf(string tool) => Find(tool)
        ?? throw new VimException(
            $"The program '{tool}' is not installed (looked in {string.Join(", ", folders)}); it comes with the "
            + $"package {(tool == "ip" ? "iproute2" : "util-linux, mount or coreutils")}.");

    /// <summary>The path of a program; null when it is not installed.</summary>
    public string? Find(string tool)
    {
        foreach (var folder in folders)
        {
            var path = Path.Combine(folder, tool);
            if (File.Exists(path))
            {
                return path;
            }
        }

        return null;
    }
}
