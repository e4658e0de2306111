using Microsoft.Extensions.DependencyInjection;
using Simulation.Network;
using Simulation.Scheduling;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Monitoring.Protocol;
using Watchkeeper.Server.Agents;
using Watchkeeper.Server.Agents.Link;
using Watchkeeper.Server.Engine;
using Watchkeeper.Server.Faults;
using Watchkeeper.Server.Notifications;
using Watchkeeper.Server.Operations.MonitoringMigration;
using Watchkeeper.Server.Storage;

namespace Simulation.Machines;

/// <summary>The manager's machine: runs the real manager, is killed, and starts it again from the store.</summary>
internal sealed class ServerMachine(World world, Database database) : IDisposable
{
    private ServiceProvider? _services;
    private CancellationToken _stop;

    public Node Node { get; private set; } = new(world.Scheduler, "server");

    /// <summary>How wrong the machine's wall clock is: it stays so over restarts.</summary>
    public TimeSpan ClockError { get; set; }

    /// <summary>Whether links are accepted.</summary>
    public bool IsListening { get; private set; }

    /// <summary>Since when this life of the manager serves; null while it does not.</summary>
    public TimeSpan? ServesSince { get; private set; }

    public bool IsRunning => _services is not null;

    public T Get<T>() where T : notnull => _services!.GetRequiredService<T>();

    public void Start()
    {
        Node = new Node(world.Scheduler, "server", ClockError);
        Node.Run(() => _ = RunAsync());
    }

    /// <summary>Kills the process: nothing of it goes on, and only what was committed is left.</summary>
    public void Kill(bool withItsMachine)
    {
        Node.Kill();
        IsListening = false;
        ServesSince = null;
        world.Net.Died(Node, withItsMachine);
        world.Probes.GaveUp(AgentAddress.LocalName, null, world.Scheduler.Now);
        database.Abandon();
        _services?.Dispose();
        _services = null;
    }

    public void Accept(SimulatedLink link) => Node.Run(() => _ = ServeAsync(link));

    public void Dispose() => Kill(withItsMachine: true);

    private async Task ServeAsync(SimulatedLink link)
    {
        try
        {
            await link.ServeAsync(Get<LinkGate>().ServeAsync, _stop);
        }
        catch (Exception thrown)
        {
            world.Threw(Node, thrown);
        }
    }

    private async Task RunAsync()
    {
        var node = Node;
        try
        {
            _services = ServerServices.Build(world, node, database);
            using var stop = new CancellationTokenSource();
            _stop = stop.Token;
            var running = JointLoops.RunAsync(stop.Token, Loops());
            await running;
            world.Threw(node, new InvalidOperationException("The manager has ended by itself."));
        }
        catch (Exception thrown)
        {
            world.Threw(node, thrown);
        }
    }

    private Task NeverAsync(CancellationToken cancellationToken) =>
        Task.Delay(Timeout.InfiniteTimeSpan, Node.Clock, cancellationToken);

    // As the hosted services do it: the writer first, then what is stored is read, then all else and the link.
    private ImmutableArray<Func<CancellationToken, Task>> Loops() =>
    [
        Get<GroupCommitWriter>().RunAsync,
        Get<Deliveries>().RunAsync,
        Get<GapRecorder>().RunAsync,
        WatchAsync,
    ];

    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        var options = Get<WatchOptions>();
        await Get<WatchState>().LoadAsync(Get<ILinkedEngine>(), options.Capacity, cancellationToken);
        IsListening = true;
        ServesSince = world.Scheduler.Now;
        await JointLoops.RunAsync(
            cancellationToken,
            Get<LocalMona>().RunAsync,
            Get<WatchEngine>().RunAsync,
            Get<WatchLoops>().RunAsync,
            Get<OperationLoop>().RunAsync,
            Get<AlarmLoops>().RunAsync,
            world.Settings.Fault is { HasNoRecovery: true } ? NeverAsync : Get<Recovery>().RunAsync);
    }
}
