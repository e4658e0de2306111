using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using Watchkeeper.Server.Agents;
using Watchkeeper.Server.Drills;
using Watchkeeper.Server.Engine;
using Watchkeeper.Server.Faults;
using Watchkeeper.Server.Notifications;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Health;

/// <summary>Whether the server lives and is ready, and its figures for a Prometheus.</summary>
internal static class HealthEndpoints
{
    /// <summary>Adds the collection of figures.</summary>
    public static IServiceCollection AddHealth(this IServiceCollection services)
    {
        services.AddOpenTelemetry().ConfigureResource(resource => resource.AddService("watchkeeper"))
            .WithMetrics(metrics => metrics
            .AddMeter(VerdictMetrics.MeterName, AgentsMetrics.MeterName, OperationMetrics.MeterName)
            .AddMeter(NotificationMetrics.MeterName, DrillMetrics.MeterName, AlarmMetrics.MeterName)
            .AddAspNetCoreInstrumentation()
            .AddRuntimeInstrumentation()
            .AddPrometheusExporter());
        return services;
    }

    /// <summary>Maps <c>/health/live</c>, <c>/health/ready</c> and <c>/metrics</c>.</summary>
    public static void MapHealth(this WebApplication app)
    {
        app.MapGet("/health/live", () => Results.Text("live")).WithSummary("The process answers.").WithTags("Health");
        app.MapGet("/health/ready", (Readiness readiness, StoreHealth store, DrillMetrics drills) =>
                !readiness.IsReady ? NotReady("starting")
                : store.Failure is { } why ? NotReady($"the store takes no writes: {why}")
                : Results.Text(string.Join('\n', ["ready", .. drills.All.Select(on => $"drill {on.Name} {on.Drill}")])))
            .WithSummary("What is stored was read, the store takes writes, and operations are carried on.")
            .WithTags("Health");
        // The gauge is asked when somebody looks; nobody else would have it made.
        _ = app.Services.GetRequiredService<AgentsMetrics>();
        _ = app.Services.GetRequiredService<DrillMetrics>();
        _ = app.Services.GetRequiredService<AlarmMetrics>();
        app.MapPrometheusScrapingEndpoint("/metrics");
    }

    private static IResult NotReady(string why) =>
        Results.Text(why, statusCode: StatusCodes.Status503ServiceUnavailable);
}
