using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Monitoring.Probes;
using Watchkeeper.Monitoring.Protocol;
using Watchkeeper.Server.Agents.Link;
using Watchkeeper.Server.Agents.Reconciling;
using Watchkeeper.Server.Configuration;
using Watchkeeper.Server.Health;

namespace Watchkeeper.Server.Agents;

/// <summary>Puts the watch together: assignments, the gate, and the agent in this process.</summary>
internal static class WatchServices
{
    /// <summary>Adds it.</summary>
    public static IServiceCollection AddWatch(this IServiceCollection services, Settings settings)
    {
        var capacity = (int)settings.Count("localMona:capacity", AgentLimits.DefaultCapacity);
        services.AddSingleton(new WatchOptions { Capacity = capacity });
        services.AddSingleton<IProber>(provider => new SocketProber(
            source: null,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILoggerFactory>()));
        services.AddSingleton<WatchEngine>();
        services.AddSingleton<ILinkedEngine, LinkedWatchEngine>();
        services.AddSingleton<LocalMona>();
        services.AddSingleton<CounterStoring>();
        services.AddSingleton<Assignments>();
        services.AddSingleton<CapacityLedger>();
        services.AddSingleton<CarriedStates>();
        services.AddSingleton<LevelBook>();
        services.AddSingleton<KnownStates>();
        services.AddSingleton<VerdictMetrics>();
        services.AddSingleton<VerdictWrites>();
        services.AddSingleton<VerdictStoring>();
        services.AddSingleton<ReportGate>();
        services.AddSingleton<MonitorWrites>();
        services.AddSingleton<RemovedVms>();
        services.AddSingleton<MonitorMarks>();
        services.AddSingleton<AgentCalls>();
        services.AddSingleton<MonitorSetting>();
        services.AddSingleton<MonitorUnsetting>();
        services.AddSingleton<EpochRaising>();
        services.AddSingleton<MigrationsAtWork>();
        services.AddSingleton<HoldingComparison>();
        services.AddSingleton<IAgentEvents, AgentEvents>();
        services.AddReconciling(settings);
        services.AddSingleton<MonitoringView>();
        services.AddSingleton<WatchState>();
        services.AddSingleton<WatchLoops>();
        services.AddSingleton<Readiness>();
        services.AddHostedService<WatchService>();
        return services;
    }
}

/// <summary>Puts together what keeps every VM where it should be watched.</summary>
internal static class ReconcilingServices
{
    /// <summary>Adds it.</summary>
    public static IServiceCollection AddReconciling(this IServiceCollection services, Settings settings)
    {
        services.AddSingleton(new ReconcileSettings(
            TimeSpan.FromSeconds(settings.Seconds("unwatched:guardAfter", 10))));
        services.AddSingleton(provider => new UnsettledVms(
            provider.GetRequiredService<TimeProvider>(), new Random()));
        services.AddSingleton<UnsettledScan>();
        services.AddSingleton<GuardSearch>();
        services.AddSingleton<Rooms>();
        services.AddSingleton<Reassigning>();
        services.AddSingleton<Homecoming>();
        services.AddSingleton<Reconciler>();
        services.AddSingleton<SilenceWatch>();
        return services;
    }
}

/// <summary>Reads who is watched by whom, then runs the watch's loops as long as the process runs.</summary>
internal sealed class WatchService(
    WatchState state, WatchEngine engine, ILinkedEngine linked, LocalMona local, WatchLoops loops, WatchOptions options)
    : BackgroundService
{
    /// <inheritdoc />
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await state.LoadAsync(linked, options.Capacity, cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    /// <inheritdoc />
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        JointLoops.RunAsync(stoppingToken, local.RunAsync, engine.RunAsync, loops.RunAsync);
}
