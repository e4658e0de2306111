using Watchkeeper.Server.Agents;
using Watchkeeper.Server.Configuration;

namespace Watchkeeper.Server.Faults;

/// <summary>Puts the fault management together.</summary>
internal static class FaultServices
{
    /// <summary>Adds the alarms, and who raises and clears them.</summary>
    public static IServiceCollection AddFaults(this IServiceCollection services, Settings settings)
    {
        services.AddSingleton(new FailedTempSettings(
            TimeSpan.FromSeconds(settings.Seconds("lcm:failedTempAlarm", 300))));
        services.AddSingleton<AlarmWriting>();
        services.AddSingleton<UnwatchedTimes>();
        services.AddSingleton<VmAlarms>();
        services.AddSingleton<IMarkFollower>(provider => provider.GetRequiredService<VmAlarms>());
        services.AddSingleton<IAlarmRound, UnwatchedAlarms>();
        services.AddSingleton<IAlarmRound, FailedTempAlarms>();
        services.AddSingleton<IAlarmRound, LostAgentAlarms>();
        services.AddSingleton<IAlarmRound, SuspendedSubscriptionAlarms>();
        services.AddSingleton<AlarmMetrics>();
        services.AddSingleton<AlarmLoops>();
        services.AddSingleton<StatusView>();
        services.AddHostedService<AlarmService>();
        return services.AddAlarmResources();
    }

    /// <summary>Adds what the resources of <c>vnffm</c> need.</summary>
    public static IServiceCollection AddAlarmResources(this IServiceCollection services) =>
        services.AddSingleton<AlarmRegister>();
}
