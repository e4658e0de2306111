using System.Text.Json;
using Watchkeeper.Server.Sol003;

namespace Watchkeeper.Server.Subscriptions;

/// <summary>How callbacks of a subscription authenticate (SOL013 <c>SubscriptionAuthentication</c>). A closed
/// set.</summary>
internal abstract record CallbackAuthentication
{
    private CallbackAuthentication()
    {
    }

    /// <summary>They don't.</summary>
    public sealed record None : CallbackAuthentication;

    /// <summary>HTTP Basic with every callback.</summary>
    public sealed record Basic(string UserName, string Password) : CallbackAuthentication
    {
        // Secrets don't belong into a text that might be logged.
        public override string ToString() => nameof(Basic);
    }

    /// <summary>A bearer token, got with client credentials.</summary>
    public sealed record ClientCredentials(string ClientId, string ClientPassword, Uri TokenEndpoint)
        : CallbackAuthentication
    {
        public override string ToString() => nameof(ClientCredentials);
    }

    /// <summary>Reads a stored authentication, which was checked when it came.</summary>
    public static CallbackAuthentication Of(JsonElement? stored) =>
        stored is { } authentication ? Read(new Attributes(authentication)) : new None();

    /// <summary>Reads an authentication, and notes what is wrong with it.</summary>
    /// <remarks>The consumer accepts any one of the types that it lists: of those that we can do, the first is
    /// used.</remarks>
    public static CallbackAuthentication Read(Attributes attributes)
    {
        if (attributes.Texts("authType", most: 8) is not { } types)
        {
            attributes.Refuse("authType", "is missing");
            return new None();
        }

        foreach (var type in types)
        {
            switch (type)
            {
                case "BASIC":
                    return ReadBasic(attributes);
                case "OAUTH2_CLIENT_CREDENTIALS":
                    return ReadClientCredentials(attributes);
            }
        }

        attributes.Refuse("authType", "names neither BASIC nor OAUTH2_CLIENT_CREDENTIALS, which are served");
        return new None();
    }

    private static Basic ReadBasic(Attributes attributes)
    {
        var basic = attributes.Object("paramsBasic", isRequired: true);
        var user = basic?.Text("userName", isRequired: true) ?? "";
        if (user.Contains(':'))
        {
            basic?.Refuse("userName", "has a colon, which HTTP Basic can't carry");
        }

        return new Basic(user, basic?.Text("password", isRequired: true) ?? "");
    }

    private static ClientCredentials ReadClientCredentials(Attributes attributes)
    {
        var oauth = attributes.Object("paramsOauth2ClientCredentials", isRequired: true);
        return new ClientCredentials(
            oauth?.Text("clientId", isRequired: true) ?? "",
            oauth?.Text("clientPassword", isRequired: true) ?? "",
            oauth is null ? CallbackUris.Nowhere : CallbackUris.Read(oauth, "tokenEndpoint"));
    }
}
