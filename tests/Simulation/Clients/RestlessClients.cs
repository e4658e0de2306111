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

        world.After(TimeSpan.FromSeconds(1), EndOperations);
    }

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
