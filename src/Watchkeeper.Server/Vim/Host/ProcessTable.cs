using System.Globalization;

namespace Watchkeeper.Server.Vim.Host;

/// <summary>A process that can't be mistaken for another: numbers are given again, start times within one boot are not.</summary>
/// <param name="BootId">The boot of the machine.</param>
/// <param name="Pid">Its number.</param>
/// <param name="StartTicks">When it started, in clock ticks after the boot.</param>
internal sealed record ProcessIdentity(string BootId, int Pid, ulong StartTicks);

/// <summary>Reads <c>/proc</c>.</summary>
internal static class ProcessTable
{
    /// <summary>The present boot of the machine.</summary>
    public static string BootId() => File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();

    /// <summary>The identity of a living process; null when there is none of that number.</summary>
    public static ProcessIdentity? IdentityOf(int pid) => Read(pid, "stat") is { } stat && StartOf(stat) is { } ticks
        ? new ProcessIdentity(BootId(), pid, ticks)
        : null;

    /// <summary>Whether that very process lives.</summary>
    public static bool IsAlive(ProcessIdentity identity) => IdentityOf(identity.Pid) == identity;

    /// <summary>The start in a <c>stat</c> line; null for a zombie, which is dead and only not yet reaped.</summary>
    public static ulong? StartOf(string stat)
    {
        // The name, in brackets, may itself have blanks and brackets: what follows its last bracket is field 3.
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return fields[0] is "Z" or "X" ? null : ulong.Parse(fields[22 - 3], CultureInfo.InvariantCulture);
    }

    /// <summary>The first word after a label of a <c>status</c> file.</summary>
    public static string? FieldOf(string status, string label)
    {
        foreach (var line in status.AsSpan().EnumerateLines())
        {
            if (line.StartsWith(label, StringComparison.Ordinal))
            {
                var value = line[label.Length..].Trim();
                var end = value.IndexOfAny(' ', '\t');
                return (end < 0 ? value : value[..end]).ToString();
            }
        }

        return null;
    }

    /// <summary>Whether a process has a handler for a signal.</summary>
    public static bool Catches(int pid, int signal) =>
        Read(pid, "status") is { } status
        && FieldOf(status, "SigCgt:") is { } caught
        && (Convert.ToUInt64(caught, 16) >> (signal - 1) & 1) == 1;

    /// <summary>The living processes whose real user is this.</summary>
    public static ImmutableArray<int> OfUser(uint user)
    {
        var wanted = user.ToString(CultureInfo.InvariantCulture);
        return Living((_, status) => FieldOf(status, "Uid:") == wanted);
    }

    /// <summary>The living processes that were started with this setting in their environment.</summary>
    public static ImmutableArray<int> WithSetting(string setting) =>
        Living((pid, _) => Read(pid, "environ") is { } environment && environment.Split('\0').Contains(setting));

    /// <summary>The command line of a process; null when there is none.</summary>
    public static string[]? CommandOf(int pid) => Read(pid, "cmdline")?.Split('\0');

    private static ImmutableArray<int> Living(Func<int, string, bool> matches)
    {
        var found = ImmutableArray.CreateBuilder<int>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
                && pid != Environment.ProcessId
                && Read(pid, "status") is { } status
                && FieldOf(status, "State:") is not ("Z" or "X")
                && matches(pid, status))
            {
                found.Add(pid);
            }
        }

        return found.ToImmutable();
    }

    private static string? Read(int pid, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/{file}");
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            // It ended while we looked (ENOENT, ESRCH), or is none of ours.
            return null;
        }
    }
}
