using Watchkeeper.Server.Notifications;
using Watchkeeper.Server.Subscriptions;

namespace Server.Tests.Notifications;

public sealed class CallbackAuthenticationTests
{
    private static readonly Uri Callback = new("http://consumer.test/cb");
    private static readonly Uri TokenEndpoint = new("http://auth.test/token");

    private readonly FakeConsumers _consumers = new();
    private readonly SignallingTime _time = new();
    private int _tokens;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_token_is_kept_until_it_expires()
    {
        var endpoint = Endpoint("""{"access_token":"T#","expires_in":100}""");
        (await endpoint.TestAsync(Token)).ShouldBeNull();
        var asked = await _consumers.NextAsync();
        asked.Uri.ShouldBe(TokenEndpoint);
        asked.Body.ShouldBe("grant_type=client_credentials");
        asked.Authorization.ShouldBe("Basic " + Convert.ToBase64String("me%3A:p%20w"u8));
        (await _consumers.NextAsync()).Authorization.ShouldBe("Bearer T1");

        (await endpoint.DeliverAsync("{}"u8.ToArray(), Token)).ShouldBeNull();
        (await _consumers.NextAsync()).Authorization.ShouldBe("Bearer T1");
        _time.Advance(TimeSpan.FromSeconds(91));
        (await endpoint.DeliverAsync("{}"u8.ToArray(), Token)).ShouldBeNull();
        (await _consumers.NextAsync()).Uri.ShouldBe(TokenEndpoint);
        (await _consumers.NextAsync()).Authorization.ShouldBe("Bearer T2");
    }

    [Fact]
    public async Task A_kept_token_that_is_refused_is_renewed_once()
    {
        var endpoint = Endpoint("""{"access_token":"T#","expires_in":1000}""");
        (await endpoint.TestAsync(Token)).ShouldBeNull();
        var accept = _consumers.Answer;
        _consumers.Answer = received => received.Authorization == "Bearer T1" ? (401, "") : accept(received);
        (await endpoint.DeliverAsync("{}"u8.ToArray(), Token)).ShouldBeNull();
        _consumers.Answer = received => received.Uri == Callback ? (401, "") : accept(received);
        (await endpoint.DeliverAsync("{}"u8.ToArray(), Token)).ShouldBe("it answered with status 401");
        _tokens.ShouldBe(3);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("not json")]
    [InlineData("""{"access_token":""}""")]
    [InlineData("""{"access_token":"a\r\nX-Injected: 1"}""")]
    public async Task A_token_that_can_not_be_used_is_a_failure_that_shows_nothing_of_it(string answer)
    {
        var whyNot = await Endpoint(answer).TestAsync(Token);
        whyNot.ShouldBe("its token endpoint gave no token that can be used");
    }

    [Fact]
    public async Task A_token_that_says_it_has_expired_is_used_once()
    {
        var endpoint = Endpoint("""{"access_token":"T#","expires_in":0}""");
        (await endpoint.TestAsync(Token)).ShouldBeNull();
        _tokens.ShouldBe(1);
    }

    private CallbackEndpoint Endpoint(string tokenAnswer)
    {
        _consumers.Answer = received => received.Uri == TokenEndpoint
            ? (200, tokenAnswer.Replace("#", $"{++_tokens}", StringComparison.Ordinal))
            : (204, "");
        return new Callbacks(_consumers, _time, new DeliveryLimits()).To(
            Callback, new CallbackAuthentication.ClientCredentials("me:", "p w", TokenEndpoint));
    }
}
