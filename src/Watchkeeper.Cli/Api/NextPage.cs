using System.Net.Http.Headers;
using System.Text.RegularExpressions;

namespace Watchkeeper.Cli.Api;

/// <summary>Finds where a collection goes on (SOL013 5.4.2): <c>Link: &lt;URI&gt;; rel="next"</c>.</summary>
internal static partial class NextPage
{
    /// <summary>The next page's address; null on the last page.</summary>
    public static Uri? Of(HttpResponseHeaders headers)
    {
        if (!headers.TryGetValues("Link", out var links))
        {
            return null;
        }

        // A filter in the address has commas of its own, so the header is not simply split at them.
        var next = links
            .SelectMany(line => Link().Matches(line))
            .FirstOrDefault(link => link.Groups["relation"].Value == "next");
        return next is null ? null : new Uri(next.Groups["address"].Value, UriKind.RelativeOrAbsolute);
    }

    [GeneratedRegex("""
        <(?<address>[^>]*)>[^<]*?;\s*rel="?(?<relation>\w+)
        """, RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Link();
}
