using System.Net;
using System.Text.Json;
using Server.Tests.Sol003;

namespace Server.Tests.Subscriptions;

public sealed class SubscriptionTests
{
    private const string All = "/vnflcm/v2/subscriptions";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_subscription_is_made_once_its_endpoint_has_answered_and_its_secrets_are_never_shown()
    {
        await using var rig = await ApiRig.StartAsync();
        using var answer = await rig.SendAsync("POST", All, """
            {
              "callbackUri": "http://consumer.test/cb", "verbosity": "SHORT",
              "filter": {
                "notificationTypes": ["InfrastructureOperationOccurrenceNotification"],
                "operationTypes": ["MONITORING_MIGRATION"], "operationStates": ["STARTING"],
                "vnfInstanceSubscriptionFilter": { "vnfInstanceNames": ["one"] }
              },
              "authentication": { "authType": ["BASIC"], "paramsBasic": { "userName": "u", "password": "geheim" } }
            }
            """);
        answer.StatusCode.ShouldBe(HttpStatusCode.Created);
        var test = await rig.Consumers.NextAsync();
        test.Method.ShouldBe("GET");
        test.Authorization.ShouldBe("Basic " + Convert.ToBase64String("u:geheim"u8));
        var text = await (await answer.Content.ReadAsStringAsync(Token)).ShouldMeetEtsiAsync("LccnSubscription");
        text.ShouldNotContain("geheim");
        text.ShouldNotContain("authentication");
        var body = JsonElement.Parse(text);
        body.GetProperty("verbosity").GetString().ShouldBe("SHORT");
        answer.Headers.Location!.ToString()
            .ShouldBe(body.GetProperty("_links").GetProperty("self").GetProperty("href").GetString());
        var one = await rig.GetJsonAsync(answer.Headers.Location!.ToString(), "LccnSubscription");
        one.GetRawText().ShouldBe(text);
        (await rig.GetJsonAsync(All, "LccnSubscription", isList: true)).GetArrayLength().ShouldBe(1);
        (await rig.GetJsonAsync($"{All}?filter=(eq,callbackUri,nowhere)", "LccnSubscription", isList: true))
            .GetArrayLength().ShouldBe(0);
        using var gone = await rig.SendAsync("DELETE", answer.Headers.Location!.ToString());
        gone.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        using var again = await rig.SendAsync("DELETE", answer.Headers.Location!.ToString());
        await ApiRig.ProblemAsync(again, 404);
    }

    [Theory]
    [InlineData("{}", "callbackUri")]
    [InlineData("""{"callbackUri":"/relative"}""", "callbackUri")]
    [InlineData("""{"callbackUri":"ftp://a/b"}""", "callbackUri")]
    [InlineData("""{"callbackUri":"http://user:pw@a/b"}""", "callbackUri")]
    [InlineData("""{"callbackUri":"http://a/b#c"}""", "callbackUri")]
    [InlineData("""{"callbackUri":"http://a/","verbosity":"LONG"}""", "verbosity")]
    [InlineData("""{"callbackUri":"http://a/","filter":[]}""", "filter")]
    [InlineData("""{"callbackUri":"http://a/","filter":{"notificationTypes":["X"]}}""", "filter/notificationTypes")]
    [InlineData("""{"callbackUri":"http://a/","filter":{"operationTypes":["X"]}}""", "filter/operationTypes")]
    [InlineData("""{"callbackUri":"http://a/","filter":{"operationStates":"STARTING"}}""", "filter/operationStates")]
    [InlineData(
        "{'callbackUri':'http://a/','filter':{'notificationTypes':['VnfIdentifierCreationNotification'],"
        + "'operationTypes':['HEAL']}}",
        "filter/operationTypes")]
    [InlineData(
        "{'callbackUri':'http://a/','filter':{'vnfInstanceSubscriptionFilter':{'vnfProductsFromProviders"
        + "':[{'vnfProducts':[]}]}}}",
        "filter/vnfInstanceSubscriptionFilter/vnfProductsFromProviders[0]/vnfProvider")]
    [InlineData("""{"callbackUri":"http://a/","authentication":{}}""", "authentication/authType")]
    [InlineData(
        "{'callbackUri':'http://a/','authentication':{'authType':['TLS_CERT']}}",
        "authentication/authType")]
    [InlineData(
        "{'callbackUri':'http://a/','authentication':{'authType':['BASIC']}}",
        "authentication/paramsBasic")]
    [InlineData(
        "{'callbackUri':'http://a/','authentication':{'authType':['OAUTH2_CLIENT_CREDENTIALS'],'paramsOa"
        + "uth2ClientCredentials':{'clientId':'a','clientPassword':'b','tokenEndpoint':'gopher://x'}}}",
        "authentication/paramsOauth2ClientCredentials/tokenEndpoint")]
    public async Task A_request_that_is_not_valid_is_a_422_that_names_the_attribute(string json, string named)
    {
        await using var rig = await ApiRig.StartAsync();
        using var answer = await rig.SendAsync("POST", All, json.Replace('\'', '"'));
        (await ApiRig.ProblemAsync(answer, 422)).GetProperty("detail").GetString()!.ShouldStartWith(named + ":");
        rig.Consumers.TryNext(out _).ShouldBeFalse();
    }

    [Fact]
    public async Task An_endpoint_that_fails_its_test_is_a_422_and_what_it_answered_is_not_shown()
    {
        await using var rig = await ApiRig.StartAsync();
        rig.Consumers.Answer = _ => (200, "inner secret");
        using var answer = await rig.SendAsync("POST", All, """{"callbackUri":"http://consumer.test/cb"}""");
        (await ApiRig.ProblemAsync(answer, 422)).GetRawText().ShouldNotContain("inner secret");
        (await rig.Store.SubscriptionsAsync(Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_new_subscriber_is_told_from_then_on_until_it_leaves()
    {
        await using var rig = await ApiRig.StartAsync();
        using var before = await rig.SendAsync("POST", "/vnflcm/v2/vnf_instances", """{"vnfdId":"vnfd-web"}""");
        using var made = await rig.SendAsync("POST", All, """{"callbackUri":"http://consumer.test/cb"}""");
        made.StatusCode.ShouldBe(HttpStatusCode.Created);
        (await rig.Consumers.NextAsync()).Method.ShouldBe("GET");
        using var after = await rig.SendAsync("POST", "/vnflcm/v2/vnf_instances", """{"vnfdId":"vnfd-web"}""");
        var told = await rig.Consumers.NextAsync();
        told.Method.ShouldBe("POST");
        await told.Body.ShouldMeetEtsiAsync("VnfIdentifierCreationNotification");
        var id = after.Headers.Location!.ToString().Split('/')[^1];
        told.Json.GetProperty("vnfInstanceId").GetString().ShouldBe(id);
        told.Json.GetProperty("_links").GetProperty("vnfInstance").GetProperty("href").GetString()
            .ShouldBe(after.Headers.Location!.ToString());
        using var deleted = await rig.SendAsync("DELETE", after.Headers.Location!.ToString());
        var gone = await rig.Consumers.NextAsync();
        await gone.Body.ShouldMeetEtsiAsync("VnfIdentifierDeletionNotification");
    }
}
