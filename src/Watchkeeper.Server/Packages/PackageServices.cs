using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Packages;

/// <summary>Puts the package store into the process.</summary>
internal static class PackageServices
{
    private const int PageSize = 500;

    /// <summary>Adds the store of packages, below the data folder.</summary>
    public static IServiceCollection AddPackages(this IServiceCollection services, DataFolder folder, long maxBytes) =>
        services
            .AddSingleton(new PackageSettings(Path.Combine(folder.Path, "packages"), maxBytes))
            .AddSingleton<PackageStore>()
            .AddSingleton<PackageInUse>(provider => (vnfdId, cancellationToken) =>
                IsUsedAsync(provider.GetRequiredService<Store>(), vnfdId, cancellationToken));

    private static async Task<bool> IsUsedAsync(Store store, string vnfdId, CancellationToken cancellationToken)
    {
        VnfInstanceId? last = null;
        while (true)
        {
            var page = await store.InstancesAsync(last, PageSize, cancellationToken);
            if (page.Any(instance => instance.Vnfd.VnfdId == vnfdId))
            {
                return true;
            }

            if (page.Length < PageSize)
            {
                return false;
            }

            last = page[^1].Id;
        }
    }
}
