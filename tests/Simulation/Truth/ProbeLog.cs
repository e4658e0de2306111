using Simulation.Machines;

namespace Simulation.Truth;

/// <summary>Every probe that was sent, with what became of it: newest last, as far back as anybody looks.</summary>
internal sealed class ProbeLog(World world)
{
    private const int Kept = 64;

    private readonly Dictionary<SimulatedVm, Queue<Probe>> _probes = [];

    public void Asked(string agent, SimulatedVm vm, bool isAnswered, TimeSpan at)
    {
        if (!_probes.TryGetValue(vm, out var probes))
        {
            _probes[vm] = probes = new Queue<Probe>();
        }

        probes.Enqueue(new Probe(agent, at, isAnswered));
        if (probes.Count > Kept)
        {
            probes.Dequeue();
        }

        world.Log.Fine(() => $"{agent} probes {vm.Name}: {(isAnswered ? "answer" : "silence")}");
    }

    public IEnumerable<Probe> Of(SimulatedVm vm) => _probes.TryGetValue(vm, out var probes) ? probes : [];
}

/// <summary>One probe.</summary>
internal readonly record struct Probe(string Agent, TimeSpan At, bool IsAnswered);
