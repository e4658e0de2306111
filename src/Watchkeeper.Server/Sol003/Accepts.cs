using Microsoft.Net.Http.Headers;

namespace Watchkeeper.Server.Sol003;

/// <summary>The media types that a resource has; application/json where an endpoint says nothing.</summary>
internal sealed record MediaTypes(params ImmutableArray<string> Types);

/// <summary>Whether the Accept header lets us answer (SOL013 4.2: nothing acceptable is a 406).</summary>
internal static class Accepts
{
    private static readonly MediaTypes Json = new("application/json");

    public static bool Allow(HttpRequest request, MediaTypes? had)
    {
        if (request.Headers.Accept.Count == 0)
        {
            return true;
        }

        // An Accept header that can't be read asks for nothing that we could give.
        return MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var wanted)
            && (had ?? Json).Types.Any(type => IsAllowed(wanted, new MediaTypeHeaderValue(type)));
    }

    /// <summary>Whether the client asks for this type by name.</summary>
    public static bool Names(HttpRequest request, string type) =>
        MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var wanted)
        && wanted.Any(w => w.MediaType.Equals(type, StringComparison.OrdinalIgnoreCase) && w.Quality is not 0);

    // The most exact range that covers the type decides (RFC 9110 12.5.1).
    private static bool IsAllowed(IEnumerable<MediaTypeHeaderValue> wanted, MediaTypeHeaderValue type) => wanted
        .Where(range => range.MatchesAllTypes
            || (range.Type.Equals(type.Type, StringComparison.OrdinalIgnoreCase)
                && (range.MatchesAllSubTypes
                    || range.SubType.Equals(type.SubType, StringComparison.OrdinalIgnoreCase))))
        .OrderByDescending(range => range.MatchesAllTypes ? 0 : range.MatchesAllSubTypes ? 1 : 2)
        .Select(range => range.Quality is not 0)
        .FirstOrDefault();
}
