using System.Net;
using System.Text;

namespace Server.Tests.Sol003;

/// <summary>What holds for every resource.</summary>
public sealed class RequestRulesTests : IAsyncLifetime
{
    private const string Id = "019ad000-0000-7000-8000-000000000001";

    private ApiRig _rig = null!;

    public async ValueTask InitializeAsync() => _rig = await ApiRig.StartAsync();

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    public static TheoryData<string, string> EveryResource => new()
    {
        { "/vnflcm/api_versions", "GET" },
        { "/vnflcm/v2/api_versions", "GET" },
        { "/vnflcm/v2/vnf_instances", "GET,POST" },
        { $"/vnflcm/v2/vnf_instances/{Id}", "DELETE,GET" },
        { "/vnflcm/v2/vnf_lcm_op_occs", "GET" },
        { $"/vnflcm/v2/vnf_lcm_op_occs/{Id}", "GET" },
        { $"/vnflcm/v2/vnf_lcm_op_occs/{Id}/retry", "POST" },
        { $"/vnflcm/v2/vnf_lcm_op_occs/{Id}/rollback", "POST" },
        { $"/vnflcm/v2/vnf_lcm_op_occs/{Id}/fail", "POST" },
        { $"/vnflcm/v2/vnf_lcm_op_occs/{Id}/cancel", "POST" },
        { "/vnflcm/v2/subscriptions", "GET,POST" },
        { $"/vnflcm/v2/subscriptions/{Id}", "DELETE,GET" },
        { "/vnflcm/v2/ext/events", "GET" },
        { "/vnffm/api_versions", "GET" },
        { "/vnffm/v1/api_versions", "GET" },
        { "/vnffm/v1/alarms", "GET" },
        { $"/vnffm/v1/alarms/{Id}", "GET,PATCH" },
        { "/vnffm/v1/subscriptions", "GET,POST" },
        { $"/vnffm/v1/subscriptions/{Id}", "DELETE,GET" },
    };

    [Theory, MemberData(nameof(EveryResource))]
    public async Task Every_other_method_is_a_405_that_names_the_served_ones(string path, string served)
    {
        var allowed = served.Split(',');
        foreach (var method in (string[])["GET", "POST", "PUT", "PATCH", "DELETE"])
        {
            if (allowed.Contains(method, StringComparer.Ordinal))
            {
                continue;
            }

            using var answer = await _rig.SendAsync(method, path, method == "GET" ? null : "{}");
            await ApiRig.ProblemAsync(answer, 405);
            answer.Content.Headers.Allow.Order(StringComparer.Ordinal).ShouldBe(allowed);
        }
    }

    [Theory]
    [InlineData("2.0.0", 200, "2.0.0")]
    [InlineData("2.3.0", 200, "2.3.0")]
    [InlineData("2.1.0-impl:example.com:vnfm:1", 200, "2.1.0")]
    [InlineData(null, 200, "2.3.0")]
    [InlineData("3.0.0", 406, "2.3.0")]
    [InlineData("2.4.0", 406, "2.3.0")]
    [InlineData("1.3.0", 406, "2.3.0")]
    [InlineData("2.3", 400, "2.3.0")]
    [InlineData("v2", 400, "2.3.0")]
    [InlineData("02.3.0", 400, "2.3.0")]
    [InlineData("2.3.0-impl:x", 400, "2.3.0")]
    public async Task A_version_is_answered_in_refused_or_assumed(string? sent, int status, string answered)
    {
        using var answer = sent is null
            ? await _rig.SendAsync("GET", "/vnflcm/v2/vnf_instances")
            : await _rig.SendAsync("GET", "/vnflcm/v2/vnf_instances", null, ("Version", sent));
        ((int)answer.StatusCode).ShouldBe(status);
        answer.Headers.GetValues("Version").ShouldBe([answered]);
    }

    [Fact]
    public async Task The_served_versions_are_told()
    {
        var versions = await _rig.GetJsonAsync("/vnflcm/api_versions", "ApiVersionInformation");
        versions.GetProperty("uriPrefix").GetString().ShouldBe($"{_rig.Client.BaseAddress}vnflcm/v2");
        versions.GetProperty("apiVersions").GetArrayLength().ShouldBe(4);
    }

    [Theory]
    [InlineData("application/json", 200)]
    [InlineData("*/*", 200)]
    [InlineData("application/*;q=0.5, text/html", 200)]
    [InlineData("text/html", 406)]
    [InlineData("application/json;q=0, text/html", 406)]
    [InlineData("*/*, application/json;q=0", 406)]
    [InlineData("text/event-stream", 406)]
    public async Task What_the_client_does_not_accept_is_a_406(string accept, int status)
    {
        using var answer = await _rig.SendAsync("GET", "/vnflcm/v2/vnf_instances", null, ("Accept", accept));
        ((int)answer.StatusCode).ShouldBe(status);
    }

    [Theory]
    [InlineData("Host", "evil.example", 403)]
    [InlineData("Host", "127.0.0.1.evil.example", 403)]
    [InlineData("Host", "192.0.2.1:8250", 403)]
    [InlineData("Host", "localhost:1234", 200)]
    [InlineData("Host", "[::1]:1234", 200)]
    [InlineData("Origin", "http://evil.example", 403)]
    [InlineData("Origin", "null", 403)]
    [InlineData("Sec-Fetch-Site", "cross-site", 403)]
    [InlineData("Sec-Fetch-Site", "same-origin", 200)]
    public async Task A_request_from_elsewhere_is_refused(string header, string value, int status)
    {
        using var answer = await _rig.SendAsync("GET", "/vnflcm/v2/vnf_instances", null, (header, value));
        ((int)answer.StatusCode).ShouldBe(status);
        answer.Headers.GetValues("Version").ShouldBe(["2.3.0"]);
    }

    [Theory]
    [InlineData("application/grpc")]
    [InlineData("application/grpc-web")]
    public async Task What_a_request_says_of_its_body_lets_it_past_no_rule(string type)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, $"/vnflcm/v2/subscriptions/{Id}");
        request.Headers.Host = "evil.example";
        request.Content = new ByteArrayContent([]);
        request.Content.Headers.TryAddWithoutValidation("Content-Type", type);

        using var answer = await _rig.Client.SendAsync(request, TestContext.Current.CancellationToken);

        await ApiRig.ProblemAsync(answer, 403);
        (await _rig.Audit.NextAsync()).ShouldEndWith("answered 403, occurrence -");
    }

    [Fact]
    public async Task Our_own_origin_is_not_foreign()
    {
        var own = _rig.Client.BaseAddress!.GetLeftPart(UriPartial.Authority);
        using var answer = await _rig.SendAsync("GET", "/vnflcm/v2/vnf_instances", null, ("Origin", own));
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task What_nobody_expected_is_a_500_with_a_reference_and_no_detail()
    {
        using var answer = await _rig.SendAsync("GET", "/vnflcm/v2/ext/fails");
        var problem = await ApiRig.ProblemAsync(answer, 500);
        problem.GetProperty("detail").GetString()!.ShouldNotContain("secret");
    }

    [Fact]
    public async Task What_is_nowhere_is_a_404_with_a_problem()
    {
        foreach (var path in (string[])
        [
            "/vnflcm/v2/nothing", "/vnflcm/v2/vnf_instances/not-an-id", $"/vnflcm/v2/vnf_lcm_op_occs/{Id}",
            $"/vnflcm/v2/subscriptions/{Id}",
        ])
        {
            using var answer = await _rig.SendAsync("GET", path);
            await ApiRig.ProblemAsync(answer, 404);
        }
    }

    [Theory]
    [InlineData("?fields=a")]
    [InlineData("?filter=(eq,id,a)&filter=(eq,id,b)")]
    [InlineData("?filter=(eq,nothing,a)")]
    [InlineData("?nextpage_opaque_marker=abc")]
    [InlineData("?nextpage_opaque_marker=")]
    public async Task A_query_that_is_not_known_is_a_400(string query)
    {
        foreach (var path in (string[])["vnf_instances", "vnf_lcm_op_occs", "subscriptions"])
        {
            using var answer = await _rig.SendAsync("GET", $"/vnflcm/v2/{path}{query}");
            await ApiRig.ProblemAsync(answer, 400);
        }
    }

    [Theory]
    [InlineData(null, null, 400)]
    [InlineData("", "application/json", 400)]
    [InlineData("{", "application/json", 400)]
    [InlineData("{}", "text/plain", 415)]
    [InlineData("{}", "application/json; charset=utf-16", 415)]
    [InlineData("{}", null, 415)]
    [InlineData("{}", "application/json; charset=utf-8", 422)]
    public async Task A_body_that_is_not_JSON_is_refused(string? body, string? type, int status)
    {
        foreach (var path in (string[])["vnf_instances", "subscriptions"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/vnflcm/v2/{path}");
            if (body is not null)
            {
                request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
                if (type is not null)
                {
                    request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
                }
            }

            using var answer = await _rig.Client.SendAsync(request, TestContext.Current.CancellationToken);
            await ApiRig.ProblemAsync(answer, status);
        }
    }

    [Fact]
    public async Task A_body_over_the_limit_is_a_413()
    {
        using var answer = await _rig.SendAsync(
            "POST", "/vnflcm/v2/vnf_instances", $$"""{"vnfdId":"{{new string('a', 1 << 20)}}"}""");
        await ApiRig.ProblemAsync(answer, 413);
    }

    [Fact]
    public async Task The_OpenAPI_document_describes_what_is_served()
    {
        using var answer = await _rig.SendAsync("GET", "/openapi/v1.json");
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        foreach (var path in (string[])
            ["/vnflcm/v2/vnf_instances", "/vnflcm/v2/vnf_lcm_op_occs/{vnfLcmOpOccId}/retry", "/vnflcm/v2/ext/events"])
        {
            text.ShouldContain($"\"{path}\"");
        }

        text.ShouldContain("\"nextpage_opaque_marker\"");
        text.ShouldContain("\"requestBody\"");
        text.ShouldContain("\"vnfInstanceDescription\"");
    }
}
