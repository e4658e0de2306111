using System.Globalization;

namespace Watchkeeper.Server.Vim.Host;

/// <summary>
/// Gives a VM folders of its own in place of those that every user of the machine may write to.
/// </summary>
/// <remarks>
/// Without them VMs could leave each other files and links, fill the machine's disk, and find what others leave there.
/// Root alone can do so: it runs within the VM's own mount namespace, and the mounts end with that.
/// </remarks>
internal static class PrivateFolders
{
    /// <summary>The folders.</summary>
    public static readonly ImmutableArray<string> Places = ["/tmp", "/var/tmp", "/dev/shm"];

    // A place that is a link to another is private with that. A VM's own folder may lie below a place: it is entered
    // before the place is covered, and put back where it was.
    private const string Cover =
        "umask 022; cd \"$1\" && folder=$1 && mount=$2 && size=$3 && files=$4 && shift 4 || exit 1; "
        + "while [ \"$1\" != -- ]; do place=$1; shift; [ -d \"$place\" ] && [ ! -L \"$place\" ] || continue; "
        + "\"$mount\" -t tmpfs -o \"size=$size,nr_inodes=$files,mode=1777,nosuid,nodev\" tmpfs \"$place\" || exit 1; "
        + "case $folder/ in \"$place\"/*) mkdir -p \"$folder\" "
        + "&& \"$mount\" --no-canonicalize --bind . \"$folder\" || exit 1;; esac; done; shift; cd / && exec \"$@\"";

    /// <summary>The programs that make them and start what follows.</summary>
    public static ImmutableArray<string> Before(HostVimOptions options, SystemTools tools, VmFolder folder) =>
    [
        tools.PathOf("sh"), "-c", Cover, "vm", folder.Path, tools.PathOf("mount"),
        options.TemporaryBytes.ToString(CultureInfo.InvariantCulture),
        options.MostTemporaryFiles.ToString(CultureInfo.InvariantCulture), .. Places, "--",
    ];
}
