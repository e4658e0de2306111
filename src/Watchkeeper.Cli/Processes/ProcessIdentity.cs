using System.Globalization;

namespace Watchkeeper.Cli.Processes;

/// <summary>A process that can't be taken for a later one of the same number.</summary>
/// <param name="Pid">Its number.</param>
/// <param name="StartTicks">When it started, in clock ticks since boot.</param>
internal sealed record ProcessIdentity(int Pid, ulong StartTicks)
{
    /// <summary>The process that has this number now; null when it is gone, or dead and not yet reaped.</summary>
    public static ProcessIdentity? Of(int pid)
    {
        try
        {
            // The name in parentheses may hold anything: what follows its last one is regular (proc(5)).
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] is "Z" or "X"
                ? null
                : new ProcessIdentity(pid, ulong.Parse(fields[19], CultureInfo.InvariantCulture));
        }
        catch (IOException)
        {
            return null;
        }
    }
}
