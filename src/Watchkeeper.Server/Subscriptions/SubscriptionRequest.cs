using System.Text.Json;
using Watchkeeper.Lifecycle.Faults;
using Watchkeeper.Server.Sol003;
using Watchkeeper.Server.Storage;

namespace Watchkeeper.Server.Subscriptions;

/// <summary>A request for a new subscription (SOL003 <c>LccnSubscriptionRequest</c>,
/// <c>FmSubscriptionRequest</c>). Unknown members are
/// ignored.</summary>
internal sealed record SubscriptionRequest(
    string CallbackUri,
    Uri Callback,
    JsonElement? Filter,
    JsonElement? Authentication,
    CallbackAuthentication Credentials,
    string Verbosity)
{
    /// <summary>What it is told of.</summary>
    public SubscriptionKind Kind { get; init; }

    public const string Full = "FULL";
    public const string Short = "SHORT";

    /// <summary>Reads a request; the fault when an attribute is not as it should be.</summary>
    public static (SubscriptionRequest Request, Fault? Fault) Read(
        JsonElement body, SubscriptionKind kind = SubscriptionKind.Lifecycle)
    {
        var attributes = new Attributes(body);
        var callback = CallbackUris.Read(attributes, "callbackUri");
        if (attributes.Object("filter") is { } filter)
        {
            Interests.Check(kind, filter);
        }

        var credentials = attributes.Object("authentication") is { } authentication
            ? CallbackAuthentication.Read(authentication)
            : new CallbackAuthentication.None();
        var verbosity = kind == SubscriptionKind.Lifecycle ? attributes.Text("verbosity") ?? Full : Full;
        if (verbosity is not (Full or Short))
        {
            attributes.Refuse("verbosity", $"'{verbosity}' is none of {Full}, {Short}");
        }

        return (
            new SubscriptionRequest(
                attributes.Text("callbackUri", longest: CallbackUris.Longest) ?? "",
                callback,
                attributes.RawObject("filter"),
                attributes.RawObject("authentication"),
                credentials,
                verbosity)
            {
                Kind = kind,
            },
            attributes.Fault);
    }
}

/// <summary>The shape of a request for a subscription, for the OpenAPI document.</summary>
internal sealed record SubscriptionRequestShape(
    string CallbackUri, JsonElement? Filter, JsonElement? Authentication, string? Verbosity);

/// <summary>The shape of a request for a subscription to alarms, for the OpenAPI document.</summary>
internal sealed record AlarmSubscriptionRequestShape(
    string CallbackUri, JsonElement? Filter, JsonElement? Authentication);
