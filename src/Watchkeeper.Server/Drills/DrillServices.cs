using System.Diagnostics;
using System.Diagnostics.Metrics;
using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Drills;

/// <summary>Puts the drills into the process.</summary>
internal static class DrillServices
{
    public static IServiceCollection AddDrills(this IServiceCollection services, DrillSettings settings)
    {
        services.AddSingleton(settings);
        services.AddSingleton(provider =>
        {
            var drills = new ServerDrills(EndProcess, provider.GetRequiredService<ILogger<ServerDrills>>());
            drills.Replace(settings.AtStart);
            return drills;
        });
        services.AddSingleton<IJournalGate>(provider => provider.GetRequiredService<ServerDrills>());
        services.AddSingleton<AgentDrills>();
        services.AddSingleton<DrillDesk>();
        services.AddSingleton<DrillMetrics>();
        return services;
    }

    // SIGKILL: nothing is flushed, nobody is told, exactly as when the kernel or a person kills the server.
    private static void EndProcess(string why)
    {
        Console.Error.WriteLine(why);
        using var self = Process.GetCurrentProcess();
        self.Kill();
    }
}

/// <summary>Shows the outside that a drill is on, so that no rehearsal is taken for the real thing.</summary>
internal sealed class DrillMetrics
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Watchkeeper.Drills";

    private readonly ServerDrills _server;
    private readonly AgentDrills _agents;

    public DrillMetrics(IMeterFactory meters, ServerDrills server, AgentDrills agents)
    {
        _server = server;
        _agents = agents;
        meters.Create(MeterName).CreateObservableGauge(
            "watchkeeper.drills.on",
            () => All.Select(on => new Measurement<int>(
                1, new KeyValuePair<string, object?>("name", on.Name),
                new KeyValuePair<string, object?>("drill", on.Drill))),
            unit: "{drill}",
            description: "Failures that are rehearsed on purpose now.");
    }

    /// <summary>All drills that are on, as far as the server knows: by whose they are.</summary>
    public IEnumerable<(string Name, string Drill)> All =>
        _server.Active.Select(progress => (DrillEndpoints.ServerName, progress.Drill.Name)).Concat(
            _agents.LastTold.SelectMany(told => told.Active.Select(
                drill => (told.Agent, DrillSwitches.NameOf(drill.Kind)))));
}
