using System.Globalization;
using System.Text;

namespace Watchkeeper.Server.Vim.Host;

/// <summary>
/// The command line that turns an image into a VM: each program of it takes something away and starts the next.
/// </summary>
/// <remarks>
/// The settings of a package come in last, when nothing is left that they could misuse: LD_PRELOAD must not reach a
/// program that is still root. The manager learns by its pipes' end that the VM has let go of them.
/// </remarks>
internal sealed class VmCommand(HostVimOptions options, SystemTools tools)
{
    /// <summary>The programs wanted of the system.</summary>
    public static readonly ImmutableArray<string> Tools = ["sh", "env", "setsid", "prlimit", "setpriv", "rm"];

    /// <summary>The programs that root wants besides.</summary>
    public static readonly ImmutableArray<string> RootTools = ["ip", "nsenter", "unshare", "mount"];

    /// <summary>
    /// The most bytes of settings that a package may give to a VM; the kernel's limit for one is 128 KiB.
    /// </summary>
    public const int MostSettingsBytes = 64 << 10;

    // Tells our number for the process, as long as the machine's /proc is what it sees.
    private const string TellPid = "read -r pid rest </proc/self/stat && echo \"$pid\" && exec \"$@\"";

    // XFSZ is ignored, so that a VM whose log is full gets an error for each line and not a signal that kills it.
    private const string LetGo =
        "umask 077; cd \"$1\" && log=$2 && env=$3 && shift 3 && trap '' XFSZ "
        + "&& exec \"$env\" -i \"$@\" </dev/null >>\"$log\" 2>&1";

    private string Sh => tools.PathOf("sh");

    /// <summary>Why the settings of a package can't be given to a VM; null when they can.</summary>
    public static string? Objection(ImmutableSortedDictionary<string, string> settings)
    {
        var bytes = 0;
        foreach (var (name, value) in settings)
        {
            if (!IsName(name) || value.Contains('\0'))
            {
                return $"the setting '{name}' of the VM's boot data has a name or value that no environment can hold.";
            }

            bytes += Encoding.UTF8.GetByteCount(name) + Encoding.UTF8.GetByteCount(value) + 2;
        }

        return bytes > MostSettingsBytes
            ? $"the VM's boot data has {bytes} bytes of settings; {MostSettingsBytes} are the most."
            : null;
    }

    /// <summary>
    /// For root: into the network, into numbers and a table of processes of its own, and no longer root.
    /// </summary>
    public ImmutableArray<string> Confined(VmRequest request, VmFolder folder, VmNetwork network, uint user)
    {
        var id = user.ToString(CultureInfo.InvariantCulture);
        return
        [
            tools.PathOf("nsenter"), $"--net={network.NamePath}", "--",
            tools.PathOf("unshare"), "--pid", "--ipc", "--",
            tools.PathOf("setsid"), "--fork",
            Sh, "-c", TellPid, "vm",
            tools.PathOf("unshare"), "--mount-proc", "--",
            .. PrivateFolders.Before(options, tools, folder),
            .. Limits(request, $"--nproc={options.MostProcesses}"),
            tools.PathOf("setpriv"), "--reuid", id, "--regid", id, "--clear-groups", "--no-new-privs",
            "--inh-caps=-all", "--ambient-caps=-all", "--bounding-set=-all", "--",
            .. Program(request, folder, network.Address),
        ];
    }

    /// <summary>Without root: as the server's own user.</summary>
    /// <remarks>
    /// No limit on processes: it would count all processes of that user. HOME comes first: it is how they are found.
    /// </remarks>
    public ImmutableArray<string> Plain(VmRequest request, VmFolder folder, string address) =>
    [
        tools.PathOf("env"), SettingOf(folder),
        tools.PathOf("setsid"), "--fork",
        Sh, "-c", TellPid, "vm",
        .. Limits(request),
        tools.PathOf("setpriv"), "--no-new-privs", "--",
        .. Program(request, folder, address),
    ];

    /// <summary>The setting by which a process of this VM is known when its user tells nothing.</summary>
    public static string SettingOf(VmFolder folder) => $"HOME={folder.Home}";

    /// <summary>Whether a process has become the image, and is no longer one of the programs before it.</summary>
    public bool HasBecomeImage(string[] command) =>
        !command.Contains(LetGo) && (command.Length < 2 || command[0] != tools.PathOf("env") || command[1] != "-i");

    private ImmutableArray<string> Limits(VmRequest request, params ImmutableArray<string> more)
    {
        var memory = request.MemoryBytes > 0 ? request.MemoryBytes : HostVimOptions.UsualMemoryBytes;

        // The limit of memory is on writable data, not on address space: .NET reserves 256 GB of that and uses
        // little.
        return
        [
            tools.PathOf("prlimit"), "--core=0", $"--data={memory}", $"--fsize={options.MostFileBytes}",
            $"--nofile={options.MostOpenFiles}", $"--stack={options.StackBytes}", .. more, "--",
        ];
    }

    private ImmutableArray<string> Program(VmRequest request, VmFolder folder, string address)
    {
        var settings = request.Environment
            .SetItem("PATH", "/usr/local/bin:/usr/bin:/bin")
            .SetItem("HOME", folder.Home)
            .SetItem("TMPDIR", folder.Home)
            .SetItem("VM_ADDRESS", address);
        return
        [
            Sh, "-c", LetGo, "vm", folder.Home, folder.Log, tools.PathOf("env"),
            .. settings.Select(setting => $"{setting.Key}={setting.Value}"), folder.Image,
        ];
    }

    private static bool IsName(string name) =>
        name.Length > 0
        && !char.IsAsciiDigit(name[0])
        && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_');
}
