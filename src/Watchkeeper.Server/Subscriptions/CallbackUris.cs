using Watchkeeper.Server.Sol003;

namespace Watchkeeper.Server.Subscriptions;

/// <summary>The rules for URIs that clients make us call: http or https, no user part, no fragment.</summary>
internal static class CallbackUris
{
    /// <summary>The longest URI, in characters.</summary>
    public const int Longest = 2048;

    /// <summary>What stands for a URI that was refused.</summary>
    public static Uri Nowhere { get; } = new("http://nowhere.invalid/");

    public static Uri Read(Attributes attributes, string name)
    {
        var text = attributes.Text(name, isRequired: true, Longest);
        if (text is null)
        {
            return Nowhere;
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri)
            || (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps)
            || uri.Host.Length == 0)
        {
            attributes.Refuse(name, "must be an absolute http or https URI");
            return Nowhere;
        }

        if (uri.UserInfo.Length > 0 || uri.Fragment.Length > 0)
        {
            attributes.Refuse(name, "must have neither user part nor fragment");
            return Nowhere;
        }

        return uri;
    }
}
