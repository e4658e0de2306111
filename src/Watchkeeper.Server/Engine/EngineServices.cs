using Microsoft.Extensions.DependencyInjection.Extensions;
using Watchkeeper.Monitoring.Protocol;

namespace Watchkeeper.Server.Engine;

/// <summary>Puts the operation engine into the process.</summary>
internal static class EngineServices
{
    /// <summary>
    /// Adds the engine. An operation adds itself by registering its plans (<c>AddSingleton(OperationPlan)</c>, every
    /// version
    /// that may still be stored) and its steps (<c>AddSingleton&lt;IStep, …&gt;</c>).
    /// </summary>
    public static IServiceCollection AddOperationEngine(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IIdSource, Version7Ids>();
        services.AddSingleton<PlanCatalog>();
        services.AddSingleton<StepCatalog>();
        services.AddSingleton<OperationMetrics>();
        services.AddSingleton<OperationMoves>();
        services.AddSingleton<StepAttempt>();
        services.AddSingleton<OperationRunner>();
        services.AddSingleton<OperationWatch>();
        services.AddSingleton<OperationLoop>();
        services.AddSingleton<OperationDesk>();
        services.AddSingleton<OperationRequests>();
        services.AddSingleton<Recovery>();
        services.AddHostedService<EngineService>();
        return services;
    }
}

/// <summary>Runs the engine's loops as long as the process runs; if one fails, the process ends.</summary>
internal sealed class EngineService(OperationLoop loop, Recovery recovery) : BackgroundService
{
    /// <inheritdoc />
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        JointLoops.RunAsync(stoppingToken, loop.RunAsync, recovery.RunAsync);
}
