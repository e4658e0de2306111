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

    /// <summary>Puts the shared rules before all resources.</summary>
    /// <param name="app">The application.</param>
    /// <param name="link">The path of the agents' link (gRPC), whose calls go past the rules; null for none. Nothing
    /// else that a client says lets it past them.</param>
    public static IApplicationBuilder UseSol003(this IApplicationBuilder app, PathString? link = null)
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

        // No browser speaks HTTP/2 in the clear.
        bool IsRest(HttpContext context) => link is not { } path
            || !HttpProtocol.IsHttp2(context.Request.Protocol)
            || !context.Request.Path.StartsWithSegments(path, StringComparison.Ordinal);
    }
}
