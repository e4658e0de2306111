using Watchkeeper.Server.Vim.Host;
using Watchkeeper.Server.Vim.Simulator;

namespace Watchkeeper.Server.Vim;

/// <summary>What this folder adds to the server.</summary>
internal static class VimServices
{
    /// <summary>Adds both kinds of VIM and their registry. Wanted from others: TimeProvider.</summary>
    /// <exception cref="InvalidDataException">A key below <c>vim</c> is wrong; the message is one line that names
    /// it.</exception>
    public static IServiceCollection AddVims(
        this IServiceCollection services, IConfiguration configuration, string dataFolder)
    {
        var privileges = HostPrivileges.OfThisProcess();
        var options = VimOptions.Read(configuration, dataFolder, privileges);
        services.AddSingleton(options);
        services.AddSingleton(options.Host);
        services.AddSingleton(privileges);
        services.AddSingleton<SystemTools>();
        services.AddSingleton<ToolRun>();
        services.AddSingleton<HostVim>();
        services.AddSingleton<SimulatorPower>();
        services.AddSingleton<SimulatorVim>();
        services.AddSingleton<IVim>(provider => provider.GetRequiredService<HostVim>());
        services.AddSingleton<IVim>(provider => provider.GetRequiredService<SimulatorVim>());
        services.AddSingleton(provider => new VimRegistry(provider.GetServices<IVim>(), options.Default));
        services.AddHostedService<SimulatorService>();
        return services;
    }
}

/// <summary>Silences again, before the server serves, the simulated VMs that were switched off.</summary>
internal sealed class SimulatorService(SimulatorVim simulator) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => simulator.ResumeAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
