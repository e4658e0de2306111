using Simulation.Machines;

namespace Simulation.Truth;

/// <summary>Every probe that was sent, with what became of it: newest last, as far back as anybody looks.</summary>
internal sealed class ProbeLog(World world)
{
    // Three agents at once, each every second, for longer than any VM is down.
    private const int Kept = 192;

    // No probe is waited for longer.
    private static readonly TimeSpan Longest = World.Poll;

    private readonly Dictionary<SimulatedVm, List<Probe>> _probes = [];

    /// <summary>A VM is probed.</summary>
    /// <param name="vm">The VM.</param>
    /// <param name="isAnswered">Whether it answers.</param>
    /// <param name="probe">The probe.</param>
    public void Asked(SimulatedVm vm, bool isAnswered, Probe probe)
    {
        if (!_probes.TryGetValue(vm, out var probes))
        {
            _probes[vm] = probes = [];
        }

        probes.Add(probe);
        if (probes.Count >= 2 * Kept)
        {
            probes.RemoveRange(0, Kept);
        }

        world.Log.Fine(() => $"{probe.Agent} {(probe.IsLook ? "looks at" : "probes")} {vm.Name}: "
            + (isAnswered ? "answer" : "silence"));
    }

    /// <summary>The last probes of a VM, newest first.</summary>
    public IEnumerable<Probe> Of(SimulatedVm vm) =>
        _probes.TryGetValue(vm, out var probes) ? Enumerable.Reverse(probes) : [];

    /// <summary>An agent is gone, or has left a VM: what it still waited for, it makes nothing of.</summary>
    public void GaveUp(string agent, SimulatedVm? vm, TimeSpan since)
    {
        foreach (var probe in _probes.Where(pair => vm is null || pair.Key == vm)
            .SelectMany(pair => Enumerable.Reverse(pair.Value).TakeWhile(probe => probe.At > since - Longest))
            .Where(probe => probe.Agent == agent && probe.At <= since && world.Scheduler.Now < probe.Deadline))
        {
            probe.IsGivenUp = true;
        }
    }
}

/// <summary>One probe: an answer that comes after its deadline is none.</summary>
internal sealed record Probe(string Agent, TimeSpan At, TimeSpan Deadline)
{
    /// <summary>Whether it is one of a look, whose end is told and counted by nobody.</summary>
    public required bool IsLook { get; init; }

    /// <summary>Whether its agent was the VM's judge, or the last one while there is none.</summary>
    public required bool IsOfHolder { get; init; }

    /// <summary>When the agent was told the answer; null when it was not.</summary>
    public TimeSpan? HeardAt { get; set; }

    /// <summary>Whether the agent did not wait for its end.</summary>
    public bool IsGivenUp { get; set; }

    /// <summary>Whether it was answered in time, so that the agent knows by then.</summary>
    public bool IsAnsweredBy(TimeSpan moment) => HeardAt is { } heard && heard < Deadline && heard <= moment;

    /// <summary>Whether its time has passed without an answer.</summary>
    public bool IsSilentBy(TimeSpan moment) => !IsGivenUp && Deadline <= moment && !(HeardAt < Deadline);
}
