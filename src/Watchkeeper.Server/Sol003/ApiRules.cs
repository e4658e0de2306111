using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Watchkeeper.Server.Sol003;

/// <summary>Puts the shared parts of the API together.</summary>
internal static class ApiRules
{
    /// <summary>Adds what all resources share.</summary>
    /// <param name="services">The services.</param>
    /// <param name="apiRoot">The setting <c>server.apiRoot</c>; null for the first address.</param>
    public static IServiceCollection AddSol003(this IServiceCollection services, string? apiRoot)
    {
        services.AddSingleton(provider => new ApiRoot(apiRoot, () => provider.GetRequiredService<IServer>()
            .Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault()));
        services.AddSingleton<Links>();
        services.AddSingleton<AuditLog>();
        services.AddSingleton<Pipeline>();
        services.AddSingleton(new PageLimits());
        services.AddProductOpenApi();
        return services;
    }

    /// <summary>Puts the shared rules before all resources. Calls of the agents' link (gRPC) go past them.</summary>
    public static IApplicationBuilder UseSol003(this IApplicationBuilder app)
    {
        var pipeline = app.ApplicationServices.GetRequiredService<Pipeline>();
        app.UseWhen(IsRest, rest => rest
            .Use(next => context => pipeline.AuditAsync(context, next))
            .Use(next => context => pipeline.ExplainAsync(context, next))
            .Use(next => context => pipeline.GuardAsync(context, next))
            .Use(next => context => Pipeline.VersionAsync(context, next)));
        app.UseRouting();
        app.UseWhen(IsRest, rest => rest.Use(next => context => Pipeline.AcceptAsync(context, next)));
        return app;
    }

    private static bool IsRest(HttpContext context) =>
        context.Request.ContentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) != true;
}
