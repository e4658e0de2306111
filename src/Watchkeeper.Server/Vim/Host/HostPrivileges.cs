namespace Watchkeeper.Server.Vim.Host;

/// <summary>What this process may do on its machine, which decides how the VMs of HOST are kept apart.</summary>
/// <param name="AreRoot">Whether it is root: then each VM gets a network and a user id of its own.</param>
/// <param name="Lack">What root lacks to do so, for people; null when nothing.</param>
internal sealed record HostPrivileges(bool AreRoot, string? Lack)
{
    // Numbers of capabilities(7).
    private static readonly ImmutableArray<(int Bit, string Name)> Wanted =
    [
        (0, "CAP_CHOWN"), (1, "CAP_DAC_OVERRIDE"), (3, "CAP_FOWNER"), (5, "CAP_KILL"), (6, "CAP_SETGID"),
        (7, "CAP_SETUID"), (8, "CAP_SETPCAP"), (12, "CAP_NET_ADMIN"), (21, "CAP_SYS_ADMIN"),
    ];

    /// <summary>An ordinary user: VMs run as the server's own user.</summary>
    public static HostPrivileges OrdinaryUser { get; } = new(false, null);

    /// <summary>Those of this process.</summary>
    public static HostPrivileges OfThisProcess() => LinuxCalls.EffectiveUser() == 0
        ? OfRoot(File.ReadAllText("/proc/self/status"), File.ReadAllText("/proc/self/uid_map"))
        : OrdinaryUser;

    /// <summary>Those of a root with this <c>/proc/PID/status</c> and <c>/proc/PID/uid_map</c>.</summary>
    public static HostPrivileges OfRoot(string status, string userMap)
    {
        var effective = Convert.ToUInt64(ProcessTable.FieldOf(status, "CapEff:") ?? "0", 16);
        foreach (var (bit, name) in Wanted)
        {
            if ((effective >> bit & 1) == 0)
            {
                return new HostPrivileges(true, $"the server is root without {name}");
            }
        }

        return IsMapped(userMap)
            ? new HostPrivileges(true, null)
            : new HostPrivileges(
                true, $"the user ids from {HostVimOptions.FirstUser} on do not exist in the server's user namespace");
    }

    private static bool IsMapped(string userMap)
    {
        foreach (var line in userMap.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length == 3
                && ulong.Parse(fields[0]) <= HostVimOptions.FirstUser
                && ulong.Parse(fields[0]) + ulong.Parse(fields[2]) > HostVimOptions.FirstUser + HostVimOptions.MostSlots)
            {
                return true;
            }
        }

        return false;
    }
}
