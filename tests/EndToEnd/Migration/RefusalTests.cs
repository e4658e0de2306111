using System.Net;
using EndToEnd.Harness;

namespace EndToEnd.Migration;

/// <summary>Requests that are refused at once: nothing is stored, nothing is sent.</summary>
public sealed class RefusalTests(RefusalTests.Deployed deployed) : IClassFixture<RefusalTests.Deployed>
{
    private const string Good = """{"monitoring_agent":"dmonaName://local_mona","key":"MONITORING_AGENT"}""";

    private Lab Lab => deployed.Lab;

    private string Migrate => Lab.Migrate(deployed.Vnf);

    [Theory]
    [InlineData("{")]
    [InlineData("")]
    [InlineData("{\"monitoring_agent\":\"dmonaName://local_mona\",}")]
    public async Task Broken_json_is_400(string body) =>
        await DemandRefusedAsync(HttpStatusCode.BadRequest, HttpMethod.Post, Migrate, body);

    [Theory]
    [InlineData("""{"key":"MONITORING_AGENT"}""", "monitoring_agent")]
    [InlineData("""{"monitoring_agent":"dmonaName://dmona1"}""", "key")]
    [InlineData("""{"monitoring_agent":7,"key":"MONITORING_AGENT"}""", "monitoring_agent")]
    [InlineData("""{"monitoring_agent":"http://dmona1","key":"MONITORING_AGENT"}""", "monitoring_agent")]
    [InlineData("""{"monitoring_agent":"dmonaName://","key":"MONITORING_AGENT"}""", "monitoring_agent")]
    [InlineData("""{"monitoring_agent":"dmonaName://a b","key":"MONITORING_AGENT"}""", "monitoring_agent")]
    [InlineData("""{"monitoring_agent":"dmonaName://dmona1","key":""}""", "key")]
    [InlineData(
        """{"monitoring_agent":"dmonaName://a","monitoringAgent":"dmonaName://b","key":"K"}""", "monitoring")]
    [InlineData("""{"monitoring_agent":"dmonaName://a","key":"K","key":"L"}""", "key")]
    public async Task Wrong_content_is_422_and_names_the_attribute(string body, string attribute) =>
        (await DemandRefusedAsync(HttpStatusCode.UnprocessableEntity, HttpMethod.Post, Migrate, body))
            .ShouldContain(attribute);

    [Theory]
    [InlineData("00000000-0000-0000-0000-000000000000")]
    [InlineData("nonsense")]
    public async Task An_unknown_vnf_is_404(string vnf) =>
        await DemandRefusedAsync(HttpStatusCode.NotFound, HttpMethod.Post, Lab.Migrate(vnf), Good);

    [Fact]
    public async Task A_vnf_that_is_not_instantiated_is_409()
    {
        var vnf = await Lab.CreateAsync();
        await DemandRefusedAsync(HttpStatusCode.Conflict, HttpMethod.Post, Lab.Migrate(vnf), Good);
    }

    [Fact]
    public async Task An_operation_that_has_not_ended_is_409()
    {
        var vnf = await Lab.DeployAsync();
        var failing = await Lab.BeginMigrateAsync(
            vnf, """{"monitoring_agent":"dmonaName://nobody","key":"MONITORING_AGENT"}""");
        (await Lab.Rest.EndOfAsync(failing)).Text("operationState").ShouldBe("FAILED_TEMP");

        await DemandRefusedAsync(HttpStatusCode.Conflict, HttpMethod.Post, Lab.Migrate(vnf), Good);
    }

    [Theory]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("PATCH")]
    public async Task Another_method_is_405_with_the_allowed_ones(string method)
    {
        var answer = await Lab.Rest.SendAsync(new HttpMethod(method), Migrate, Good);

        answer.Status.ShouldBe(HttpStatusCode.MethodNotAllowed);
        answer.Allow.ShouldBe(["GET", "POST"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_get_without_a_body_is_400() =>
        await DemandRefusedAsync(HttpStatusCode.BadRequest, HttpMethod.Get, Migrate, body: null);

    [Fact]
    public async Task A_body_over_the_limit_is_413() => await DemandRefusedAsync(
        HttpStatusCode.RequestEntityTooLarge,
        HttpMethod.Post,
        Migrate,
        $$"""{"monitoring_agent":"dmonaName://local_mona","key":"{{new string('k', 1 << 20)}}"}""");

    [Theory]
    [InlineData("POST")]
    [InlineData("GET")]
    public async Task Another_content_type_is_415(string method)
    {
        var answer = await Lab.Rest.SendAsync(new HttpMethod(method), Migrate, Good, "text/plain");
        answer.Status.ShouldBe(HttpStatusCode.UnsupportedMediaType, answer.Text);
    }

    private async Task<string> DemandRefusedAsync(HttpStatusCode status, HttpMethod method, string path, string? body)
    {
        var before = await OperationsAsync();
        var answer = await Lab.Rest.SendAsync(method, path, body);

        answer.Status.ShouldBe(status, answer.Text);
        answer.ContentType.ShouldNotBeNull().MediaType.ShouldBe("application/problem+json");
        answer.Json.GetProperty("status").GetInt32().ShouldBe((int)status);
        answer.Json.Text("detail").ShouldNotBeEmpty();
        (await OperationsAsync()).ShouldBe(before);
        return answer.Json.Text("detail");
    }

    private async Task<int> OperationsAsync() => (await Lab.Rest.GetAsync("vnf_lcm_op_occs")).GetArrayLength();

    /// <summary>A server with one deployed VNF, for all tests of the class: none of them changes it.</summary>
    public sealed class Deployed : IAsyncLifetime
    {
        internal Lab Lab { get; private set; } = null!;

        internal string Vnf { get; private set; } = "";

        public async ValueTask InitializeAsync()
        {
            Lab = await Lab.StartAsync();
            Vnf = await Lab.DeployAsync();
        }

        public ValueTask DisposeAsync() => Lab.DisposeAsync();
    }
}
