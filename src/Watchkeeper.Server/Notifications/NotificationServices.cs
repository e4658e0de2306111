namespace Watchkeeper.Server.Notifications;

/// <summary>Runs the deliveries as long as the server runs.</summary>
internal sealed class DeliveryService(Deliveries deliveries, IHostApplicationLifetime lifetime) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // What waited since the last run has links too, and their root may be known only once the server listens.
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            await using (lifetime.ApplicationStarted.Register(started.SetResult))
            {
                await started.Task.WaitAsync(stoppingToken);
            }

            await deliveries.RunAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Told to stop, or the server could not listen.
        }
    }
}

/// <summary>Puts the notifications together.</summary>
internal static class NotificationServices
{
    /// <summary>Adds the deliveries, by real HTTP.</summary>
    /// <param name="services">The services.</param>
    /// <param name="limits">The limits; <c>notification.maxBacklog</c> is one of them.</param>
    /// <param name="profile">As what migrations are told; <c>notification.profile</c>.</param>
    /// <param name="random">Where jitter comes from.</param>
    public static IServiceCollection AddNotifications(
        this IServiceCollection services,
        DeliveryLimits limits,
        NotificationProfile profile,
        Func<IServiceProvider, Random> random) => services
            .AddSingleton(limits)
            .AddSingleton(profile)
            .AddSingleton<Tellings>()
            .AddSingleton<ICallbackSender, HttpCallbackSender>()
            .AddSingleton<Callbacks>()
            .AddSingleton<NotificationMetrics>()
            .AddSingleton<DeliveryTools>()
            .AddSingleton(provider => new Deliveries(
                provider.GetRequiredService<DeliveryTools>(),
                random(provider),
                provider.GetRequiredService<ILogger<Deliveries>>()))
            .AddHostedService<DeliveryService>();
}
