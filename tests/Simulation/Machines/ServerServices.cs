using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Simulation.Scheduling;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Monitoring.Probes;
using Watchkeeper.Monitoring.Protocol;
using Watchkeeper.Server.Agents;
using Watchkeeper.Server.Agents.Link;
using Watchkeeper.Server.Agents.Reconciling;
using Watchkeeper.Server.Configuration;
using Watchkeeper.Server.Drills;
using Watchkeeper.Server.Engine;
using Watchkeeper.Server.Faults;
using Watchkeeper.Server.MonitoringOnRequest;
using Watchkeeper.Server.Notifications;
using Watchkeeper.Server.Operations;
using Watchkeeper.Server.Packages;
using Watchkeeper.Server.Sol003;
using Watchkeeper.Server.Storage;
using Watchkeeper.Server.Subscriptions;
using Watchkeeper.Server.Vim;

namespace Simulation.Machines;

/// <summary>Puts the real manager together as <c>Composition</c> does, with the seams filled by the world.</summary>
internal static class ServerServices
{
    public static ServiceProvider Build(World world, Node node, Database database)
    {
        var settings = Settings.Read(world.Settings.ServerArguments, ImmutableDictionary<string, string>.Empty);
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.ClearProviders().SetMinimumLevel(world.Log.Level)
            .AddProvider(world.Log.Of(node)));
        services.AddMetrics();
        services.AddSingleton<TimeProvider>(node.Clock);
        services.AddSingleton<IIdSource>(world.Ids);
        services.AddSingleton(settings);
        AddStore(services, world, database);
        services.AddSingleton(new ApiRoot("http://manager", () => null));
        services.AddSingleton<Links>();
        services.AddSubscriptions();
        services.AddNotifications(
            new DeliveryLimits { LongestWait = TimeSpan.FromSeconds(5) },
            NotificationProfile.Source,
            _ => new Random(world.Random.Next()));
        services.AddSingleton<ICallbackSender>(new ConsumerCalls(world, node));
        services.AddSingleton(new PackageSettings(Path.Combine(Database.Root, "no-packages")));
        services.AddSingleton<PackageStore>();
        services.AddSingleton(new VimRegistry([new NoVim()], "SIMULATOR"));
        services.AddAgents(new JoinToken(World.Token));
        services.AddWatch(settings);
        services.AddSingleton(new WatchOptions { Capacity = 100, Tick = World.Tick });
        services.AddSingleton<ILinkedEngine>(provider => new WitnessedEngine(
            new TwinnedEngine(
                new LinkedWatchEngine(provider.GetRequiredService<WatchEngine>()), AgentAddress.LocalName, world),
            world.Counters));
        services.AddSingleton<IProber>(new SimulatedProber(world, node, "local_mona"));
        services.AddSingleton(new UnsettledVms(node.Clock, new Random(world.Random.Next())));
        services.AddDrills(DrillSettings.Of(settings));
        services.AddFaults(settings);
        services.AddOperations(settings);
        services.AddOperationEngine();
        services.AddMonitoringOnRequest();
        world.Settings.Fault?.InServer?.Invoke(services, world);
        return services.BuildServiceProvider();
    }

    private static void AddStore(ServiceCollection services, World world, Database database)
    {
        services.AddSingleton(database.Contexts);
        services.AddSingleton<TopicBoard>();
        services.AddSingleton<ICommitGate>(new CommitMoments(world, database));
        services.AddSingleton(provider => new GroupCommitWriter(
            database.Path,
            provider.GetRequiredService<TopicBoard>(),
            provider.GetRequiredService<ILogger<GroupCommitWriter>>(),
            provider.GetRequiredService<ICommitGate>()));
        services.AddSingleton<Store>();
        services.AddSingleton<StoreHealth>();
    }

    // The simulated VNFs are there already: nobody makes or removes a VM.
    private sealed class NoVim : IVim
    {
        public string Kind => "SIMULATOR";

        public string? Objection(VmRequest request) => null;

        public Task<VimVm> CreateAsync(VmRequest request, CancellationToken cancellationToken) =>
            throw new VimException("No VM is made in the simulation.");

        public Task DeleteAsync(
            Watchkeeper.Lifecycle.Instances.VnfcId vnfc, string resourceId, CancellationToken cancellationToken) =>
            throw new VimException("No VM is removed in the simulation.");
    }
}
