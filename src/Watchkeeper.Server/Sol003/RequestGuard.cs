using System.Net;

namespace Watchkeeper.Server.Sol003;

/// <summary>Refuses requests that a web page elsewhere made a browser send: foreign Host, foreign Origin,
/// cross-site.</summary>
/// <remarks>No authentication exists yet: this and the loopback bind are what stands between a page and the
/// VNFs.</remarks>
internal static class RequestGuard
{
    /// <summary>Why a request is refused; null when it is let through.</summary>
    public static string? Objection(HttpRequest request, IPAddress? localAddress, ApiRoot root)
    {
        if (!IsOurs(request.Host.Host, localAddress, root))
        {
            return "The Host header names none of this server's names.";
        }

        var own = $"{request.Scheme}://{request.Host}";
        if (request.Headers.Origin is { Count: > 0 } origin
            && !string.Equals(origin.ToString(), own, StringComparison.OrdinalIgnoreCase)
            && !string.Equals(origin.ToString(), root.Origin, StringComparison.OrdinalIgnoreCase))
        {
            return "The Origin header names another server.";
        }

        return request.Headers["Sec-Fetch-Site"].Contains("cross-site", StringComparer.OrdinalIgnoreCase)
            ? "A browser sent the request on behalf of another site."
            : null;
    }

    private static bool IsOurs(string host, IPAddress? localAddress, ApiRoot root)
    {
        if (string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase)
            || string.Equals(host, root.Host, StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        // A name that merely resolves to us is not ours (DNS rebinding); an address is, when it is loopback or the one
        // dialled.
        return IPAddress.TryParse(host.Trim('[', ']'), out var address)
            && (IPAddress.IsLoopback(address)
                || (localAddress is not null && Plain(address).Equals(Plain(localAddress))));
    }

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
