using System.Text.Json;
using Watchkeeper.Server.Engine;
using Watchkeeper.Server.Sol003;

namespace Watchkeeper.Server.Subscriptions;

/// <summary>What a subscriber wants to be told (SOL003 <c>LifecycleChangeNotificationsFilter</c>). Null does not
/// restrict.</summary>
internal sealed record SubscriptionFilter(
    InstanceFilter? Instances,
    ImmutableArray<string>? NotificationTypes,
    ImmutableArray<string>? OperationTypes,
    ImmutableArray<string>? OperationStates)
{
    /// <summary>The most entries in any list of a filter.</summary>
    public const int MostEntries = 1000;

    /// <summary>A filter that lets everything through.</summary>
    public static SubscriptionFilter All { get; } = new(null, null, null, null);

    /// <summary>Reads a stored filter, which was checked when it came.</summary>
    public static SubscriptionFilter Of(JsonElement? stored) =>
        stored is { } filter ? Read(new Attributes(filter)) : All;

    /// <summary>Reads a filter, and notes what is wrong with it.</summary>
    public static SubscriptionFilter Read(Attributes attributes)
    {
        var types = Known(attributes, "notificationTypes", Notifications.NotificationTypes.All);
        var operations = Known(attributes, "operationTypes", Spelling.Operations);
        var states = Known(attributes, "operationStates", Spelling.States);

        // SOL003 5.5.3.12: only notifications of operations have an operation and a state to be filtered by. A filter
        // without
        // notificationTypes lets all types through, and so has some that do.
        var ofOperations = Notifications.NotificationTypes.OfOperations;
        if (types is { } named && !named.Intersect(ofOperations, StringComparer.Ordinal).Any())
        {
            foreach (var attribute in (string[])["operationTypes", "operationStates"])
            {
                if (attributes.Has(attribute))
                {
                    attributes.Refuse(attribute, "needs a notification type that has operations in notificationTypes");
                }
            }
        }

        return new SubscriptionFilter(
            attributes.Object("vnfInstanceSubscriptionFilter") is { } instances ? InstanceFilter.Read(instances) : null,
            types,
            operations,
            states);
    }

    /// <summary>A list of texts that are all known; null when it is not there.</summary>
    public static ImmutableArray<string>? Known(Attributes attributes, string name, ImmutableArray<string> known)
    {
        var texts = attributes.Texts(name, MostEntries);
        if (texts is { } sent && sent.FirstOrDefault(t => !known.Contains(t, StringComparer.Ordinal)) is { } unknown)
        {
            attributes.Refuse(name, $"'{unknown}' is none of {string.Join(", ", known)}");
        }

        return texts;
    }
}

/// <summary>Which VNF instances a subscriber is interested in (SOL003 <c>VnfInstanceSubscriptionFilter</c>,
/// 4.4.1.5).</summary>
internal sealed record InstanceFilter(
    ImmutableArray<string>? VnfdIds,
    ImmutableArray<ProviderFilter>? Providers,
    ImmutableArray<string>? InstanceIds,
    ImmutableArray<string>? InstanceNames)
{
    public static InstanceFilter Read(Attributes attributes)
    {
        var filter = new InstanceFilter(
            attributes.Texts("vnfdIds", SubscriptionFilter.MostEntries),
            attributes.Has("vnfProductsFromProviders")
                ? [.. attributes.Objects("vnfProductsFromProviders", SubscriptionFilter.MostEntries)
                    .Select(ProviderFilter.Read)]
                : null,
            attributes.Texts("vnfInstanceIds", SubscriptionFilter.MostEntries),
            attributes.Texts("vnfInstanceNames", SubscriptionFilter.MostEntries));
        return filter;
    }
}

/// <summary>A provider, and which of its products; null for all.</summary>
internal sealed record ProviderFilter(string Provider, ImmutableArray<ProductFilter>? Products)
{
    public static ProviderFilter Read(Attributes attributes) => new(
        attributes.Text("vnfProvider", isRequired: true) ?? "",
        attributes.Has("vnfProducts")
            ? [.. attributes.Objects("vnfProducts", SubscriptionFilter.MostEntries).Select(ProductFilter.Read)]
            : null);
}

/// <summary>A product, and which of its versions; null for all.</summary>
internal sealed record ProductFilter(string ProductName, ImmutableArray<VersionFilter>? Versions)
{
    public static ProductFilter Read(Attributes attributes) => new(
        attributes.Text("vnfProductName", isRequired: true) ?? "",
        attributes.Has("versions")
            ? [.. attributes.Objects("versions", SubscriptionFilter.MostEntries).Select(VersionFilter.Read)]
            : null);
}

/// <summary>A software version, and which versions of its VNFD; null for all.</summary>
internal sealed record VersionFilter(string SoftwareVersion, ImmutableArray<string>? VnfdVersions)
{
    public static VersionFilter Read(Attributes attributes) => new(
        attributes.Text("vnfSoftwareVersion", isRequired: true) ?? "",
        attributes.Texts("vnfdVersions", SubscriptionFilter.MostEntries));
}
