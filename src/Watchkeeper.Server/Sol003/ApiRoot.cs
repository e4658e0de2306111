namespace Watchkeeper.Server.Sol003;

/// <summary>The root of every link and Location: <c>server.apiRoot</c>, else the first address that the server listens
/// on.</summary>
/// <param name="configured">The setting; null when it is not set.</param>
/// <param name="firstAddress">Asked when a link is first made: the port may be known only once the server
/// listens.</param>
internal sealed class ApiRoot(string? configured, Func<string?> firstAddress)
{
    private string? _text;

    /// <summary>The root without a slash at its end.</summary>
    public string Text => (_text ??= (configured ?? Reachable(firstAddress()))?.TrimEnd('/')) ?? "http://127.0.0.1";

    /// <summary>The host part, as it stands in a Host header (IPv6 in brackets).</summary>
    public string Host => new Uri(Text).Host;

    /// <summary>Scheme, host and port, as they stand in an Origin header.</summary>
    public string Origin => new Uri(Text).GetLeftPart(UriPartial.Authority);

    // A server that listens on every address has no address that a client could follow: loopback is the one that is
    // true here.
    private static string? Reachable(string? address) => address?
        .Replace("://0.0.0.0", "://127.0.0.1", StringComparison.Ordinal)
        .Replace("://[::]", "://127.0.0.1", StringComparison.Ordinal)
        .Replace("://*", "://127.0.0.1", StringComparison.Ordinal)
        .Replace("://+", "://127.0.0.1", StringComparison.Ordinal);
}
