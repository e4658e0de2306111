using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Agents;
using Watchkeeper.Server.Configuration;
using Watchkeeper.Server.Engine;
using Watchkeeper.Server.Operations.Instantiate;
using Watchkeeper.Server.Operations.MonitoringMigration;
using Watchkeeper.Server.Operations.Terminate;

namespace Watchkeeper.Server.Operations;

/// <summary>Writes gaps as long as the process runs.</summary>
internal sealed class GapService(GapRecorder gaps) : BackgroundService
{
    /// <inheritdoc />
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => gaps.RunAsync(stoppingToken);
}

/// <summary>Every LCM operation that there is: its plan, its steps, its request.</summary>
internal static class OperationServices
{
    /// <summary>The plans, in every version by which a stored occurrence may have to be finished.</summary>
    public static ImmutableArray<OperationPlan> Plans => [MigrationPlan.Plan, InstantiatePlan.Plan, TerminatePlan.Plan];

    /// <summary>Adds them.</summary>
    public static IServiceCollection AddOperations(this IServiceCollection services, Settings settings)
    {
        var options = OptionsOf(settings);
        services.AddSingleton(options);
        services.AddSingleton(new MonitorTimeouts(
            TimeSpan.FromSeconds(options.UnsetTimeout),
            TimeSpan.FromSeconds(options.SetTimeout),
            TimeSpan.FromSeconds(options.UnsetHold)));
        services.AddSingleton<GapRecorder>();
        services.AddSingleton<GapMeasured>(provider => provider.GetRequiredService<GapRecorder>().Take);
        services.AddHostedService<GapService>();
        services.AddSingleton<ServiceUpdateDrill>();
        // Room that an operation has reserved and not used is everybody's again as soon as it has stopped working: it
        // may wait for a client for long.
        services.AddSingleton<WorkEnded>(provider =>
            operation => provider.GetRequiredService<CapacityLedger>().Release(operation.Value));
        services.AddSingleton<Drafting>();
        services.AddSingleton<Preflight>();
        services.AddSingleton<VmRemoval>();

        foreach (var plan in Plans)
        {
            services.AddSingleton(plan);
        }

        services.AddSingleton<IStep, ValidateStep>();
        services.AddSingleton<IStep, UnsetMonitorStep>();
        services.AddSingleton<IStep, UpdateServiceStep>();
        services.AddSingleton<IStep, SetMonitorStep>();
        services.AddSingleton<IStep, CheckRollbackStep>();

        services.AddSingleton<IStep, PrepareStep>();
        services.AddSingleton<IStep>(provider => ActivatorUtilities.CreateInstance<AllocateStep>(
            provider, UnsetAll(provider, LcmOperationType.Instantiate)));
        services.AddSingleton<IStep, MakeVmsStep>();
        services.AddSingleton<IStep, SetFirstMonitorStep>();
        services.AddSingleton<IStep, AwaitAliveStep>();
        services.AddSingleton<IStep>(provider => UnsetAll(provider, LcmOperationType.Instantiate));
        services.AddSingleton<IStep>(
            provider => RemoveVms(provider, LcmOperationType.Instantiate, InstantiateMemory.Terms));

        services.AddSingleton<IStep>(provider => UnsetAll(provider, LcmOperationType.Terminate));
        services.AddSingleton<IStep>(
            provider => RemoveVms(provider, LcmOperationType.Terminate, TerminateRequest.Terms));
        return services;
    }

    /// <summary>Maps their requests.</summary>
    public static void MapOperations(this IEndpointRouteBuilder routes)
    {
        routes.MapInstantiate();
        routes.MapTerminate();
        routes.MapMigrate(routes.ServiceProvider.GetRequiredService<MigrationOptions>());
    }

    private static UnsetAllStep UnsetAll(IServiceProvider provider, LcmOperationType operation) =>
        ActivatorUtilities.CreateInstance<UnsetAllStep>(provider, operation);

    private static RemoveVmsStep RemoveVms(
        IServiceProvider provider, LcmOperationType operation, Func<VnfLcmOpOcc, RemovalTerms> termsOf) =>
        new(operation, provider.GetRequiredService<VmRemoval>(), termsOf);

    private static MigrationOptions OptionsOf(Settings settings)
    {
        var usual = new MigrationOptions();
        return new MigrationOptions
        {
            TerminalStateOnError = settings.Boolean(ConfigurationKeys.TerminalState, usual.TerminalStateOnError),
            Preflight = settings.Boolean("monitorMigration:preflight", usual.Preflight),
            AllowGet = settings.Boolean("monitorMigration:allowGet", usual.AllowGet),
            UnsetTimeout = settings.Seconds("monitorMigration:unsetTimeout", usual.UnsetTimeout),
            SetTimeout = settings.Seconds("monitorMigration:setTimeout", usual.SetTimeout),
            UnsetHold = settings.Seconds("monitorMigration:unsetHold", usual.UnsetHold),
        };
    }
}
