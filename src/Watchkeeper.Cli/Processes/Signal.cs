using System.Runtime.InteropServices;

namespace Watchkeeper.Cli.Processes;

/// <summary>Signals to processes that wk started, or that its own server did: always by number.</summary>
internal static partial class Signal
{
    private const int Kill = 9;
    private const int Terminate = 15;

    /// <summary>Asks a process group to end.</summary>
    public static void TerminateGroup(int leader) => _ = SendNative(-leader, Terminate);

    /// <summary>Ends a process group at once.</summary>
    public static void KillGroup(int leader) => _ = SendNative(-leader, Kill);

    /// <summary>Ends a process at once; says whether it was there and ours to end.</summary>
    public static bool KillOne(int pid) => SendNative(pid, Kill) == 0;

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SendNative(int pid, int signal);
}
