using Simulation.Sabotage;
using Simulation.Truth;

namespace Simulation;

/// <summary>What kind of world it is. Most is drawn from the seed; a scenario says it.</summary>
internal sealed record WorldSettings
{
    public required int Seed { get; init; }

    public TranscriptDetail Detail { get; init; }

    public int Agents { get; init; } = 3;

    /// <summary>The VMs of each VNF.</summary>
    public ImmutableArray<int> Vnfs { get; init; } = [2, 1, 1, 1];

    /// <summary>The agent that each VNF begins with, by its number; 0 is the local MONA.</summary>
    public Func<int, int> FirstAgent { get; init; } = vnf => 1;

    /// <summary>The VMs whose monitoring was disabled on request.</summary>
    public Func<string, bool> IsDisabled { get; init; } = _ => false;

    /// <summary>Whether nothing is drawn: everything in order, every way one millisecond.</summary>
    public bool IsOrderly { get; init; }

    /// <summary>Whether nothing crashes, hangs or is cut off: VMs fall, clients ask, agents refuse sets.</summary>
    public bool IsGentle { get; init; }

    /// <summary>The manager's command line.</summary>
    public ImmutableArray<string> ServerArguments { get; init; } = [];

    /// <summary>Whether probes get lost on their way: then a VM may be found down that is not.</summary>
    public bool HasProbeFaults { get; init; }

    /// <summary>Whether the network brings some messages twice, which no TCP stream does.</summary>
    public bool RepeatsMessages { get; init; }

    /// <summary>Whether callbacks are late, refused, or answered in vain.</summary>
    public bool HasConsumerFaults { get; init; }

    /// <summary>
    /// What a verdict may be late by: what a link holds back while it is slow, a frozen process, a partition.
    /// </summary>
    public TimeSpan LongestDelay { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>A deliberate fault, to see that it is caught; null in every other world.</summary>
    public DeliberateFault? Fault { get; init; }
}
