using Watchkeeper.Server.Storage;
using Watchkeeper.Server.VnfInstances;

namespace Watchkeeper.Server.Packages;

/// <summary>Puts the package store into the process.</summary>
internal static class PackageServices
{
    private const int PageSize = 1_000;

    public static IServiceCollection AddPackages(this IServiceCollection services, PackageSettings settings) => services
        .AddSingleton(settings)
        .AddSingleton<PackageStore>()
        .AddSingleton<PackageInUse>(provider => (vnfdId, stop) =>
            HasInstanceAsync(provider.GetRequiredService<Store>(), vnfdId, stop))
        .AddHostedService<PackageCleaning>();

    /// <summary>How new VNF instances find their descriptor.</summary>
    public static FindVnfd FindVnfd(IServiceProvider provider)
    {
        var packages = provider.GetRequiredService<PackageStore>();
        return async (vnfdId, stop) => await packages.FindAsync(vnfdId, stop) is { } package
            ? new StoredVnfd(
                package.Vnfd.ReferenceFrom(package.Description.Id),
                package.Vnfd.Initial.Extensions,
                package.Vnfd.Initial.ConfigurableProperties,
                package.Vnfd.Initial.Metadata)
            : null;
    }

    private static async Task<bool> HasInstanceAsync(Store store, string vnfdId, CancellationToken stop)
    {
        var page = await store.InstancesAsync(after: null, PageSize, stop);
        while (page.Length > 0 && page.All(instance => instance.Vnfd.VnfdId != vnfdId))
        {
            page = await store.InstancesAsync(page[^1].Id, PageSize, stop);
        }

        return page.Length > 0;
    }
}

/// <summary>Removes what a crash left of packages, before the server serves.</summary>
internal sealed class PackageCleaning(PackageStore packages) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => packages.CleanAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
