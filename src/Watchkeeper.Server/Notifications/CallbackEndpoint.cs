using System.Buffers;
using System.Text;
using System.Text.Json;
using Watchkeeper.Server.Subscriptions;

namespace Watchkeeper.Server.Notifications;

/// <summary>One consumer's end: authenticates, keeps its token, and gives every request its deadline. Used by one
/// caller at a time.</summary>
internal sealed class CallbackEndpoint(
    ICallbackSender sender,
    TimeProvider time,
    TimeSpan timeout,
    Uri uri,
    CallbackAuthentication authentication)
{
    private const string Form = "application/x-www-form-urlencoded";

    // A token is not used in its last seconds: it would expire on the way.
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan UnlessSaid = TimeSpan.FromMinutes(5);

    private static readonly SearchValues<char> TokenCharacters = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/=");

    private (string Text, DateTimeOffset Until)? _token;

    /// <summary>The endpoint test (SOL003 5.4.20.3.2). Why it failed; null when it did not.</summary>
    public async Task<string?> TestAsync(CancellationToken cancellationToken) =>
        await SendAsync(HttpMethod.Get, ReadOnlyMemory<byte>.Empty, cancellationToken) switch
        {
            CallbackAnswer.Answered { Status: 204 } => null,
            var answer => Explain(answer),
        };

    /// <summary>Delivers a notification. Why it failed; null when it did not.</summary>
    /// <remarks>204 is what SOL003 wants; a consumer that says it in another 2xx has been told all the same.</remarks>
    public async Task<string?> DeliverAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken) =>
        await SendAsync(HttpMethod.Post, body, cancellationToken) switch
        {
            CallbackAnswer.Answered { Status: >= 200 and < 300 } => null,
            var answer => Explain(answer),
        };

    private static string Explain(CallbackAnswer answer) => answer switch
    {
        CallbackAnswer.Answered answered => $"it answered with status {answered.Status}",
        CallbackAnswer.Unreachable unreachable => unreachable.Why,
        _ => throw new InvalidOperationException($"Unknown answer {answer}."),
    };

    private async Task<CallbackAnswer> SendAsync(
        HttpMethod method, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var hadToken = HasToken;
        var (authorization, whyNot) = await AuthorizeAsync(cancellationToken);
        if (whyNot is not null)
        {
            return new CallbackAnswer.Unreachable(whyNot);
        }

        var answer = await SendOnceAsync(Request(method, body, authorization), cancellationToken);
        if (answer is not CallbackAnswer.Answered { Status: 401 } || !hadToken)
        {
            return answer;
        }

        // A kept token was refused: revoked early. Once more with a new one.
        _token = null;
        (authorization, whyNot) = await AuthorizeAsync(cancellationToken);
        return whyNot is null
            ? await SendOnceAsync(Request(method, body, authorization), cancellationToken)
            : new CallbackAnswer.Unreachable(whyNot);
    }

    private bool HasToken => _token is { } token && token.Until > time.GetUtcNow();

    private CallbackRequest Request(HttpMethod method, ReadOnlyMemory<byte> body, string? authorization) => new(
        method, uri, authorization, method == HttpMethod.Post ? "application/json" : null, body);

    private async Task<CallbackAnswer> SendOnceAsync(CallbackRequest request, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return await sender.SendAsync(request, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new CallbackAnswer.Unreachable($"it did not answer within {timeout.TotalSeconds} s");
        }
    }

    private async Task<(string? Authorization, string? WhyNot)> AuthorizeAsync(CancellationToken cancellationToken)
    {
        switch (authentication)
        {
            case CallbackAuthentication.None:
                return (null, null);
            case CallbackAuthentication.Basic basic:
                return (PrintBasic(basic.UserName, basic.Password), null);
            case CallbackAuthentication.ClientCredentials client:
                if (!HasToken && await RenewAsync(client, cancellationToken) is { } whyNot)
                {
                    return (null, whyNot);
                }

                return ($"Bearer {_token!.Value.Text}", null);
            default:
                throw new InvalidOperationException($"Unknown authentication {authentication}.");
        }
    }

    // RFC 6749 4.4: client credentials by HTTP Basic, form-encoded first (2.3.1).
    private async Task<string?> RenewAsync(
        CallbackAuthentication.ClientCredentials client, CancellationToken cancellationToken)
    {
        var request = new CallbackRequest(
            HttpMethod.Post,
            client.TokenEndpoint,
            PrintBasic(Uri.EscapeDataString(client.ClientId), Uri.EscapeDataString(client.ClientPassword)),
            Form,
            "grant_type=client_credentials"u8.ToArray());
        var answer = await SendOnceAsync(request, cancellationToken);
        if (answer is not CallbackAnswer.Answered { Status: 200 } answered)
        {
            return $"its token endpoint gave no token: {Explain(answer)}";
        }

        if (!TryReadToken(answered.Body.Span, out var text, out var lifetime))
        {
            return "its token endpoint gave no token that can be used";
        }

        _token = (text, time.GetUtcNow() + lifetime - Margin);
        return null;
    }

    private static bool TryReadToken(ReadOnlySpan<byte> body, out string text, out TimeSpan lifetime)
    {
        (text, lifetime) = ("", UnlessSaid);
        try
        {
            var reader = new Utf8JsonReader(body);
            var answer = JsonElement.ParseValue(ref reader);
            if (answer.ValueKind != JsonValueKind.Object
                || !answer.TryGetProperty("access_token", out var token)
                || token.ValueKind != JsonValueKind.String)
            {
                return false;
            }

            if (answer.TryGetProperty("expires_in", out var seconds)
                && seconds.ValueKind == JsonValueKind.Number
                && seconds.TryGetDouble(out var count))
            {
                // At least a moment beyond the margin: the token just got is used once whatever it says.
                lifetime = TimeSpan.FromSeconds(Math.Clamp(count, Margin.TotalSeconds + 1, 86_400));
            }

            text = token.GetString()!;
            return text.Length > 0 && !text.AsSpan().ContainsAnyExcept(TokenCharacters);
        }
        catch (Exception notJson) when (notJson is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static string PrintBasic(string user, string password) =>
        "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"));
}
