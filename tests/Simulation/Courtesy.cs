using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Simulation;

/// <summary>The worlds have a clock of their own and take every processor there is; the tests of real processes, which
/// run beside them, have leases to keep. So this process steps back: a thread gives its priority to those it starts,
/// and nothing of ours has started one before this.</summary>
internal static class Courtesy
{
    [ModuleInitializer]
    public static void StepBack()
    {
        using var self = Process.GetCurrentProcess();
        self.PriorityClass = ProcessPriorityClass.BelowNormal;
    }
}
