using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;

namespace Watchkeeper.Server.Sol003;

/// <summary>The <c>nextpage_opaque_marker</c>: where the next page starts, good only for the query that it was given
/// for.</summary>
internal static class PageMarker
{
    public const string Parameter = "nextpage_opaque_marker";

    private const int CheckBytes = 6;
    private const int IdBytes = 16;

    public static string Print(Guid after, string query) =>
        WebEncoders.Base64UrlEncode([.. Check(after, query), .. after.ToByteArray(bigEndian: true)]);

    public static bool TryRead(string text, string query, [NotNullWhen(true)] out Guid? after)
    {
        after = null;
        if (text.Length is 0 or > 64 || text.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_')))
        {
            return false;
        }

        try
        {
            var bytes = WebEncoders.Base64UrlDecode(text);
            if (bytes.Length != CheckBytes + IdBytes)
            {
                return false;
            }

            var id = new Guid(bytes.AsSpan(CheckBytes), bigEndian: true);
            after = Check(id, query).AsSpan().SequenceEqual(bytes.AsSpan(0, CheckBytes)) ? id : null;
            return after is not null;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    // Not a secret: it only tells a marker of this query from anything else.
    private static byte[] Check(Guid id, string query) =>
        SHA256.HashData(Encoding.UTF8.GetBytes($"{query}\n{id:N}"))[..CheckBytes];
}
