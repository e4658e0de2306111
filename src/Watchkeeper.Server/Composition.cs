using System.Security.Cryptography;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Watchkeeper.Monitoring.Schedule;
using Watchkeeper.Server.Agents;
using Watchkeeper.Server.Agents.Link;
using Watchkeeper.Server.Configuration;
using Watchkeeper.Server.Drills;
using Watchkeeper.Server.Engine;
using Watchkeeper.Server.Events;
using Watchkeeper.Server.Faults;
using Watchkeeper.Server.Health;
using Watchkeeper.Server.MonitoringOnRequest;
using Watchkeeper.Server.Notifications;
using Watchkeeper.Server.OperationOccurrences;
using Watchkeeper.Server.Operations;
using Watchkeeper.Server.Packages;
using Watchkeeper.Server.Sol003;
using Watchkeeper.Server.Storage;
using Watchkeeper.Server.Subscriptions;
using Watchkeeper.Server.Vim;
using Watchkeeper.Server.Vim.Host;
using Watchkeeper.Server.Vim.Simulator;
using Watchkeeper.Server.VnfInstances;

namespace Watchkeeper.Server;

/// <summary>The table of contents: which folder adds what to the server, one line for each.</summary>
internal static partial class Composition
{
    /// <summary>How long a stop may take; requests and streams that last longer are cut.</summary>
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(4);

    /// <summary>Demands that the server can be put together with these settings: before anything is made.</summary>
    /// <exception cref="ConfigurationException">A setting can't be used.</exception>
    /// <exception cref="InvalidDataException">One of those of the VIM can't.</exception>
    public static void Demand(Settings settings)
    {
        var (rest, link) = (RestOf(settings), LinkOf(settings));
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings.Values!).Build();
        _ = VimOptions.Read(configuration, settings.DataFolder, HostPrivileges.OfThisProcess());
        DrillSettings.Of(settings).DemandPoints(new PlanCatalog(OperationServices.Plans));
        foreach (var bind in rest)
        {
            bind.DemandFree("urls");
        }

        link?.DemandFree("link.urls");
    }

    /// <summary>Puts the server together. Nothing runs yet.</summary>
    /// <exception cref="ConfigurationException">A setting can't be used.</exception>
    /// <exception cref="DataFolderException">The database can't be used.</exception>
    public static WebApplication Build(Settings settings, DataFolder folder)
    {
        var builder = WebApplication.CreateSlimBuilder(
            new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        // Addresses are given to Kestrel below: it warns about those that it finds in the configuration besides.
        builder.Configuration.AddInMemoryCollection(settings.Values.Where(pair => pair.Key != "urls")!);
        builder.Logging.ClearProviders().AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning).AddFilter("Grpc", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.EntityFrameworkCore", LogLevel.Warning);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = StopWithin);

        builder.Services.AddSingleton<TimeProvider>(new BootTime());
        builder.Services.AddSingleton(settings);
        builder.Services.AddStorage(folder, RetentionOf(settings));
        builder.Services.AddSol003(settings.Text("server:apiRoot"));
        builder.Services.AddVnfInstances(PackageServices.FindVnfd);
        builder.Services.AddOccurrences();
        builder.Services.AddSubscriptions();
        builder.Services.AddNotifications(
            DeliveryLimitsOf(settings),
            NotificationProfile.Of(settings.Text("notification:profile")),
            _ => new Random());
        builder.Services.AddEvents();
        builder.Services.AddPackages(new PackageSettings(
            Path.Combine(folder.Path, "packages"), settings.Count("packages:maxBytes", PackageLimits.UploadBytes)));
        builder.Services.AddVims(builder.Configuration, folder.Path);
        builder.Services.AddAgents(JoinToken.ReadOrMake(folder.Path, NewSecret));
        builder.Services.AddWatch(settings);
        builder.Services.AddMonitoringOnRequest();
        builder.Services.AddDrills(DrillSettings.Of(settings));
        builder.Services.AddFaults(settings);
        builder.Services.AddOperations(settings);
        builder.Services.AddOperationEngine();
        builder.Services.AddHealth();
        Listen(builder, settings);
        return builder.Build();
    }

    /// <summary>Reads what is stored, maps the resources, and serves; says <c>ready</c> on standard output.</summary>
    public static async Task StartAsync(WebApplication server)
    {
        var settings = server.Services.GetRequiredService<Settings>();
        var logger = server.Services.GetRequiredService<ILogger<Settings>>();
        foreach (var name in settings.WithoutEffect)
        {
            LogWithoutEffect(logger, name);
        }

        if (IsInsecure(settings))
        {
            LogInsecureBind(logger);
        }

        server.UseSol003(LinkRegistration.Path);
        server.MapVersions();
        server.MapVnfInstances();
        server.MapOccurrences();
        server.MapSubscriptions();
        server.MapAlarms();
        server.MapStatus();
        server.MapEvents();
        server.MapPackages();
        server.MapSimulator();
        server.MapAgentLink();
        server.MapAgents(IsAgentNamed(server.Services));
        server.MapMonitoring();
        server.MapMonitoringOnRequest();
        server.MapOperations();
        server.MapDrills();
        server.MapHealth();
        server.MapProductOpenApi();
        await server.StartAsync(CancellationToken.None);
        var address = server.Services.GetRequiredService<ApiRoot>().Text;
        await Console.Out.WriteLineAsync($"ready {address}");
    }

    // Also one whose VMs others guard meanwhile.
    private static IsAgentNamed IsAgentNamed(IServiceProvider provider) => async (agent, cancellationToken) =>
        provider.GetRequiredService<Assignments>().CountOf(agent) > 0
        || await provider.GetRequiredService<Store>().IsAgentDeployedAsync(agent, cancellationToken);

    private static RetentionSettings RetentionOf(Settings settings)
    {
        var usual = new RetentionSettings();
        return new RetentionSettings(
            (int)settings.Count("retention:occurrences", usual.Occurrences),
            (int)settings.Count("retention:events", usual.Events),
            (int)settings.Count("retention:alarms", usual.Alarms));
    }

    private static DeliveryLimits DeliveryLimitsOf(Settings settings) => new()
    {
        MaxBacklog = (int)settings.Count("notification:maxBacklog", 100_000),
    };

    // The one place where secrets come from a random source of the system.
    private static byte[] NewSecret() => RandomNumberGenerator.GetBytes(JoinToken.SecretBytes);

    private static ImmutableArray<BindAddress> RestOf(Settings settings) =>
    [
        .. (settings.Text("urls") ?? "http://127.0.0.1:8250").Split(';')
            .Select(url => BindAddress.Parse("urls", url, IsInsecure(settings))),
    ];

    private static BindAddress? LinkOf(Settings settings) => settings.Text("link:urls") is { } url
        ? BindAddress.Parse("link.urls", url, IsInsecure(settings))
        : null;

    private static bool IsInsecure(Settings settings) => settings.Boolean("security:insecureBind", usual: false);

    private static void Listen(WebApplicationBuilder builder, Settings settings)
    {
        var rest = RestOf(settings);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;

            // Beyond what is taken: a body that is somewhat too large is read to its end, so that its sender sees the
            // 413 rather than a broken connection.
            kestrel.Limits.MaxRequestBodySize = 8 * JsonBody.Largest;
            foreach (var bind in rest)
            {
                kestrel.Listen(bind.Address, bind.Port, listen => listen.Protocols = HttpProtocols.Http1);
            }

            kestrel.ApplicationServices.GetRequiredService<LinkListening>()
                .Listen(kestrel, settings.Text("link:urls"), rest[0].Address);
        });
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The setting {Setting} has no effect yet")]
    private static partial void LogWithoutEffect(ILogger logger, string setting);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "security.insecureBind is on: anybody who reaches this server may do anything")]
    private static partial void LogInsecureBind(ILogger logger);
}
