using Microsoft.Extensions.DependencyInjection.Extensions;
using Watchkeeper.Monitoring.Protocol;
using Watchkeeper.Server.Storage.Model;

namespace Watchkeeper.Server.Storage;

/// <summary>Puts the store into the process.</summary>
internal static class StorageServices
{
    /// <summary>
    /// Adds the store of a data folder. Call it first: hosted services stop in reverse, so the writer stops last.
    /// </summary>
    /// <exception cref="DataFolderException">The database can't be used; the message is one clear line.</exception>
    public static IServiceCollection AddStorage(
        this IServiceCollection services, DataFolder folder, RetentionSettings retention)
    {
        DatabaseFile.Prepare(folder.DatabasePath);
        services.AddSingleton(folder);
        services.AddPooledDbContextFactory<WatchkeeperDb>(
            options => DatabaseFile.Configure(options, folder.DatabasePath));
        services.AddSingleton<TopicBoard>();
        services.AddSingleton(provider => new GroupCommitWriter(
            folder.DatabasePath,
            provider.GetRequiredService<TopicBoard>(),
            provider.GetRequiredService<ILogger<GroupCommitWriter>>(),
            provider.GetService<ICommitGate>(),
            provider.GetRequiredService<StoreHealth>()));
        services.AddSingleton<StoreHealth>();
        services.AddSingleton<StoreProbe>();
        services.AddSingleton<Store>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(retention);
        services.AddSingleton<Retention>();
        services.AddHostedService<WriterService>();
        services.AddHostedService<RetentionService>();
        return services;
    }
}

/// <summary>Runs the writer as long as the process runs. If it fails, the process ends: one that stores nothing must
/// not look well.</summary>
internal sealed class WriterService(GroupCommitWriter writer, StoreProbe probe) : BackgroundService
{
    /// <inheritdoc />
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        JointLoops.RunAsync(stoppingToken, writer.RunAsync, probe.RunAsync);
}

/// <summary>Runs the removal of old rows as long as the process runs.</summary>
internal sealed class RetentionService(Retention retention) : BackgroundService
{
    /// <inheritdoc />
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => retention.RunAsync(stoppingToken);
}
