using System.Globalization;
using Microsoft.Net.Http.Headers;

namespace Watchkeeper.Server.Sol003;

/// <summary>The version of a stored row as the resource's ETag, and the conditions that requests put on it.</summary>
internal static class ETags
{
    /// <summary>The ETag of a row's version.</summary>
    /// <param name="version">The row's version.</param>
    /// <param name="form">Told apart from other forms in which the same row is shown; usually empty.</param>
    public static string Of(long version, string form = "") =>
        "\"" + version.ToString(CultureInfo.InvariantCulture) + form + "\"";

    /// <summary>Whether If-Match and If-None-Match of a changing request hold (RFC 9110 13.1); else it is a
    /// 412.</summary>
    public static bool Hold(HttpRequest request, long version, string form = "")
    {
        var tag = new EntityTagHeaderValue(Of(version, form));
        if (request.Headers.IfMatch.Count > 0
            && !(EntityTagHeaderValue.TryParseList(request.Headers.IfMatch, out var wanted)
                && wanted.Any(w => w.Tag == "*" || w.Compare(tag, useStrongComparison: true))))
        {
            return false;
        }

        return request.Headers.IfNoneMatch.Count == 0 || !IsAmong(request.Headers.IfNoneMatch, tag);
    }

    /// <summary>Whether the client has this version already, so that 304 is the answer.</summary>
    public static bool IsKnown(HttpRequest request, long version, string form = "") =>
        request.Headers.IfNoneMatch.Count > 0
        && IsAmong(request.Headers.IfNoneMatch, new EntityTagHeaderValue(Of(version, form)));

    private static bool IsAmong(IList<string?> header, EntityTagHeaderValue tag) =>
        EntityTagHeaderValue.TryParseList([.. header.OfType<string>()], out var unwanted)
        && unwanted.Any(w => w.Tag == "*" || w.Compare(tag, useStrongComparison: false));
}
