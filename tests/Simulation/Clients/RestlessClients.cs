using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Lifecycle.Operations;

namespace Simulation.Clients;

/// <summary>Clients that ask for migrations in all directions, and retry, roll back and fail as they please.</summary>
internal sealed class RestlessClients(World world, TimeSpan calm)
{
    private readonly Random _random = world.Random;

    /// <summary>Asks, again and again, until it is calm.</summary>
    public void AskLater()
    {
        if (world.Scheduler.Now >= calm)
        {
            return;
        }

        if (_random.Next(3) > 0)
        {
            var agent = _random.Next(20) == 0 ? "dmona9" : World.AgentName(_random.Next(world.Agents.Length + 1));
            world.Client.Migrate(
                world.Vnfs[_random.Next(world.Vnfs.Length)], agent,
                _random.Next(15) == 0 ? "OTHER_KEY" : "MONITORING_AGENT");
        }

        if (_random.Next(12) == 0)
        {
            Subscribe();
        }

        if (_random.Next(10) == 0)
        {
            Disable(world.Vnfs[_random.Next(world.Vnfs.Length)]);
        }

        if (_random.Next(4) == 0)
        {
            Enable();
        }

        foreach (var operation in world.Truth.Occurrences.Values.Where(one => one.IsOpen).ToList())
        {
            AskAbout(operation);
        }

        world.After(TimeSpan.FromSeconds(0.1 + (_random.NextDouble() * 1.4)), AskLater);
    }

    /// <summary>Gives up what waits for a client, again and again; what is at work ends by itself.</summary>
    public void EndOperations()
    {
        foreach (var operation in world.Truth.Occurrences.Values
            .Where(one => one.State == LcmOperationState.FailedTemp).ToList())
        {
            world.Client.Fail(operation.Id);
        }

        // In every second world; in the others what was disabled stays so.
        if (world.Settings.Seed % 2 == 0)
        {
            Enable();
        }

        world.After(TimeSpan.FromSeconds(1), EndOperations);
    }

    private void Disable(VnfInstanceId vnf)
    {
        var vms = Rows(row => row.VnfInstanceId == vnf);
        world.Client.Switch(vnf, _random.Next(2) == 0 ? vms[_random.Next(vms.Count)].Id : null, isOn: false);
    }

    // Of one VNF that has VMs without a watch: all of them, or one.
    private void Enable()
    {
        if (Rows(row => row.Monitor == MonitorState.Unset) is { Count: > 0 } vms)
        {
            var vm = vms[_random.Next(vms.Count)];
            world.Client.Switch(vm.VnfInstanceId, _random.Next(2) == 0 ? vm.Id : null, isOn: true);
        }
    }

    private List<Vnfc> Rows(Func<Vnfc, bool> which) =>
        [.. world.Truth.Vnfcs.Values.Select(row => row.Vnfc).Where(which)];

    private void Subscribe()
    {
        if (world.Consumers.Latecomer is { } late)
        {
            world.Client.Unsubscribe(late.Id);
        }
        else
        {
            world.Client.Subscribe();
        }
    }

    private void AskAbout(VnfLcmOpOcc operation)
    {
        switch (_random.Next(operation.State == LcmOperationState.FailedTemp ? 6 : 24))
        {
            case 0:
                world.Client.Retry(operation.Id);
                break;
            case 1:
                world.Client.RollBack(operation.Id);
                break;
            case 2:
                world.Client.Fail(operation.Id);
                break;
            case 3:
                world.Client.Cancel(operation.Id);
                break;
        }
    }
}
