using EndToEnd.Harness;

namespace EndToEnd.Api;

/// <summary>The OpenAPI document of the server that is shipped.</summary>
public sealed class OpenApiTests
{
    private static readonly string[] WithoutBody = ["retry", "rollback", "fail"];

    [Fact]
    public async Task Everything_that_is_served_is_described_with_its_body_and_its_answers()
    {
        await using var lab = await Lab.StartAsync();

        var document = await lab.Rest.GetAsync("../../openapi/v1.json");

        var operations = document.GetProperty("paths").EnumerateObject()
            .Where(path => path.Name.StartsWith("/vnf", StringComparison.Ordinal))
            .SelectMany(path => path.Value.EnumerateObject().Select(operation => (path.Name, operation)))
            .ToList();
        operations.Count.ShouldBeGreaterThan(35);
        foreach (var (path, operation) in operations)
        {
            var what = $"{operation.Name} {path}";
            operation.Value.TryGetProperty("summary", out _).ShouldBeTrue(what);
            operation.Value.GetProperty("responses").EnumerateObject()
                .ShouldContain(answer => answer.Name.StartsWith('2'), what);
            var takesBody = operation.Name is "post" or "put" or "patch"
                && !WithoutBody.Contains(path.Split('/')[^1], StringComparer.Ordinal);
            (operation.Value.TryGetProperty("requestBody", out _) || !takesBody).ShouldBeTrue($"{what} has no body");
        }

        var migrate = document.GetProperty("paths")
            .GetProperty("/vnflcm/v2/ext/vnf_instances/{vnfInstanceId}/monitoring/migrate")
            .GetProperty("post").GetProperty("requestBody").GetProperty("content").GetProperty("application/json")
            .GetProperty("schema");
        migrate.GetProperty("required").EnumerateArray().Select(name => name.GetString())
            .ShouldBe(["monitoring_agent", "key"], ignoreOrder: true);
        migrate.GetProperty("properties").GetProperty("monitoring_agent").GetProperty("description").GetString()!
            .ShouldContain("monitoringAgent");
    }
}
