namespace Watchkeeper.Server.Vim.Host;

/// <summary>What HOST is to do: where, and within which limits.</summary>
internal sealed record HostVimOptions
{
    /// <summary>
    /// The folder of root's VMs when none is configured: not below the data folder, which their users may not enter.
    /// </summary>
    public const string DefaultRootFolder = "/var/lib/watchkeeper/vms";

    /// <summary>
    /// The user id of slot 0; slot N is user FirstUser + N. The ids lie above those that systemd gives to containers
    /// (up to 0x6FFFFFFF = 1,879,048,191) and below those that are negative as a signed number.
    /// </summary>
    public const uint FirstUser = 1_900_000_000;

    /// <summary>The most slots that a range is cut into: 2^16, so that user ids stay within 1,900,065,535.</summary>
    public const uint MostSlots = 65_536;

    /// <summary>Memory of a VM whose compute flavour names none.</summary>
    public const long UsualMemoryBytes = 512L << 20;

    /// <summary>Where VMs get their addresses from (<c>vim.host.addressRange</c>).</summary>
    public required Ipv4Range AddressRange { get; init; }

    /// <summary>Where each VM gets a folder (<c>vim.host.folder</c>).</summary>
    public required string Folder { get; init; }

    /// <summary>Where all servers of this machine mark the slots they use; null chooses by user.</summary>
    public string? ClaimFolder { get; init; }

    /// <summary>VMs that are started or stopped at the same moment; more wait.</summary>
    public int MostAtOnce { get; init; } = 8;

    /// <summary>Processes and threads of one VM: the kernel counts those of its user, which is its own.</summary>
    public int MostProcesses { get; init; } = 256;

    /// <summary>Files that one process of a VM has open.</summary>
    public int MostOpenFiles { get; init; } = 1_024;

    /// <summary>The size of any file that a VM writes, its log included.</summary>
    public long MostFileBytes { get; init; } = 16L << 20;

    /// <summary>
    /// The size of each folder for temporary files that a VM of root's has to itself; it counts against no other limit.
    /// </summary>
    public long TemporaryBytes { get; init; } = 16L << 20;

    /// <summary>Files in each of these folders.</summary>
    public int MostTemporaryFiles { get; init; } = 4_096;

    /// <summary>
    /// The stack that a thread gets unless it asks for another: glibc takes it from the limit, and it counts as
    /// memory.
    /// </summary>
    public long StackBytes { get; init; } = 1L << 20;

    /// <summary>How long a VM that listens to SIGTERM may take to end.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a VM's processes may take to vanish after SIGKILL.</summary>
    public TimeSpan KillDeadline { get; init; } = TimeSpan.FromSeconds(5);
}
