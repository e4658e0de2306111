using System.Text.Json;

namespace Watchkeeper.Lifecycle.Instances;

/// <summary>Where a key-value pair of a VNF instance lives.</summary>
public enum PairPlace
{
    /// <summary><c>extensions</c>.</summary>
    Extensions,

    /// <summary><c>vnfConfigurableProperties</c>.</summary>
    ConfigurableProperties,

    /// <summary><c>metadata</c>.</summary>
    Metadata,
}

/// <summary>
/// The key-value pairs of a VNF instance: which of the three attributes a key belongs to, and how it is read and
/// written.
/// </summary>
public static class Pairs
{
    /// <summary>No pairs, in the order in which pairs are kept.</summary>
    public static ImmutableSortedDictionary<string, JsonElement> None { get; } =
        ImmutableSortedDictionary.Create<string, JsonElement>(StringComparer.Ordinal);

    /// <summary>Where a key lives: SOL003 lets only metadata take keys that the VNFD does not declare.</summary>
    public static PairPlace PlaceOf(VnfdReference vnfd, string key)
    {
        ArgumentNullException.ThrowIfNull(vnfd);
        return vnfd.ExtensionKeys.Contains(key, StringComparer.Ordinal) ? PairPlace.Extensions
            : vnfd.ConfigurableKeys.Contains(key, StringComparer.Ordinal) ? PairPlace.ConfigurableProperties
            : PairPlace.Metadata;
    }

    /// <summary>The value stored under a key; null when there is none.</summary>
    public static JsonElement? Find(VnfInstance instance, string key)
    {
        ArgumentNullException.ThrowIfNull(instance);
        var pairs = PlaceOf(instance.Vnfd, key) switch
        {
            PairPlace.Extensions => instance.Extensions,
            PairPlace.ConfigurableProperties => instance.ConfigurableProperties,
            PairPlace.Metadata => instance.Metadata,
            var place => throw new InvalidOperationException($"Unknown place {place}."),
        };
        return pairs.TryGetValue(key, out var value) ? value : null;
    }

    /// <summary>The same instance with a pair replaced, or created.</summary>
    public static VnfInstance WithPair(this VnfInstance instance, string key, JsonElement value)
    {
        ArgumentNullException.ThrowIfNull(instance);
        return PlaceOf(instance.Vnfd, key) switch
        {
            PairPlace.Extensions => instance with { Extensions = instance.Extensions.SetItem(key, value) },
            PairPlace.ConfigurableProperties => instance with
            {
                ConfigurableProperties = instance.ConfigurableProperties.SetItem(key, value),
            },
            PairPlace.Metadata => instance with { Metadata = instance.Metadata.SetItem(key, value) },
            var place => throw new InvalidOperationException($"Unknown place {place}."),
        };
    }

    /// <summary>The same instance without a pair.</summary>
    public static VnfInstance WithoutPair(this VnfInstance instance, string key)
    {
        ArgumentNullException.ThrowIfNull(instance);
        return PlaceOf(instance.Vnfd, key) switch
        {
            PairPlace.Extensions => instance with { Extensions = instance.Extensions.Remove(key) },
            PairPlace.ConfigurableProperties => instance with
            {
                ConfigurableProperties = instance.ConfigurableProperties.Remove(key),
            },
            PairPlace.Metadata => instance with { Metadata = instance.Metadata.Remove(key) },
            var place => throw new InvalidOperationException($"Unknown place {place}."),
        };
    }

    /// <summary>The same instance with a pair as it was before something changed it.</summary>
    /// <param name="instance">The instance.</param>
    /// <param name="key">The pair's key.</param>
    /// <param name="former">Its former value; null when there was no pair.</param>
    public static VnfInstance WithFormerPair(this VnfInstance instance, string key, JsonElement? former) =>
        former is { } value ? instance.WithPair(key, value) : instance.WithoutPair(key);

    /// <summary>A text as the value of a pair.</summary>
    public static JsonElement Text(string value) => JsonElement.Parse(
        "\"" + JsonEncodedText.Encode(value, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping)
            + "\"");
}
