using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Watchkeeper.Server.Sol003;

/// <summary>Which attributes a resource has, read from the shape that it is printed in, so that filters can't name
/// others.</summary>
internal abstract record AttributeNames
{
    private AttributeNames()
    {
    }

    /// <summary>A value without attributes.</summary>
    public sealed record Simple : AttributeNames;

    /// <summary>Any JSON: what is inside is the client's or the descriptor's.</summary>
    public sealed record Open : AttributeNames;

    /// <summary>A structure with named attributes.</summary>
    public sealed record Structure(ImmutableSortedDictionary<string, AttributeNames> Members) : AttributeNames;

    /// <summary>A map from keys that the client chose.</summary>
    public sealed record Map(AttributeNames Value) : AttributeNames;

    public static AttributeNames Of(JsonTypeInfo shape) => shape.Kind switch
    {
        JsonTypeInfoKind.Object => new Structure(shape.Properties.ToImmutableSortedDictionary(
            property => property.Name,
            property => Of(shape.Options.GetTypeInfo(property.PropertyType)),
            StringComparer.Ordinal)),
        JsonTypeInfoKind.Enumerable => Of(shape.Options.GetTypeInfo(shape.ElementType!)),
        JsonTypeInfoKind.Dictionary => new Map(Of(shape.Options.GetTypeInfo(shape.ElementType!))),
        _ when shape.Type == typeof(JsonElement) || shape.Type == typeof(JsonElement?) => new Open(),
        _ => new Simple(),
    };

    /// <summary>Why a path names nothing that can be compared; null when it does.</summary>
    public string? Objection(ImmutableArray<string> path)
    {
        var at = this;
        foreach (var segment in path)
        {
            switch (at)
            {
                case Structure structure when structure.Members.TryGetValue(segment, out var member):
                    at = member;
                    break;
                case Map when segment == AttributePath.Key:
                    at = new Simple();
                    break;
                case Map map:
                    at = map.Value;
                    break;
                case Open:
                    break;
                default:
                    return $"there is no attribute {string.Join('/', path)}";
            }
        }

        return at is Structure or Map ? $"{string.Join('/', path)} is a structure, not a value" : null;
    }
}
