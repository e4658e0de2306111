using Simulation.Scheduling;
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
        world.Probes.Asked(agent, vm, isAnswered, now);

        // A look has a time-out of its own, and counts for nobody.
        if (question.Timeout == question.Kpi.Timeout)
        {
            world.Twins.Asked(agent, vm, question.Kpi, isAnswered, now + latency);
        }

        if (isAnswered)
        {
            world.Scheduler.After(latency, node, () => Answer(slot, generation));
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

    private void Answer(int slot, uint generation) => _listener?.Answered(slot, generation, ProbeAnswer.Alive);
}
