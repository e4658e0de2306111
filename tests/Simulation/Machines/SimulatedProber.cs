using Simulation.Scheduling;
using Simulation.Truth;
using Watchkeeper.Monitoring.Probes;

namespace Simulation.Machines;

/// <summary>Asks the simulated VMs. A VM that is down stays silent, as ICMP does.</summary>
internal sealed class SimulatedProber(World world, Node node, string agent) : IProber
{
    private IProbeListener? _listener;

    public void Ask(in ProbeQuestion question)
    {
        var (slot, generation) = (question.Slot, question.Generation);
        var vm = world.VmAt(question.Endpoint.Address.ToString());
        var isAnswered = vm.IsUp && !world.IsBlind(agent, vm);
        var (now, latency) = (world.Scheduler.Now, isAnswered ? world.ProbeLatency() : question.Timeout);

        // A look has a time-out of its own, shorter than that of a probe, and counts for nobody.
        var probe = new Probe(agent, now, now + question.Timeout)
        {
            IsLook = question.Timeout < question.Kpi.Timeout,
            IsOfHolder = world.Twins.IsHolder(agent, vm),
        };
        world.Probes.Asked(vm, isAnswered, probe);
        if (question.Timeout == question.Kpi.Timeout)
        {
            world.Twins.Asked(agent, vm, question.Kpi, isAnswered, now + latency);
        }

        if (isAnswered)
        {
            world.Scheduler.After(latency, node, () => Answer(probe, slot, generation));
        }
    }

    public async Task RunAsync(IProbeListener listener, CancellationToken cancellationToken)
    {
        _listener = listener;
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, node.Clock, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // Told to stop.
        }
    }

    private void Answer(Probe probe, int slot, uint generation)
    {
        probe.HeardAt = world.Scheduler.Now;
        _listener?.Answered(slot, generation, ProbeAnswer.Alive);
    }
}
