using System.Net;
using System.Text;
using System.Text.Json;
using EndToEnd.Harness;

namespace EndToEnd.Servers;

/// <summary>
/// Every request that the product's own description lists, asked with a query parameter that nobody knows.
/// </summary>
public sealed class UnknownQueryTests
{
    private static readonly string[] s_apis = ["/vnflcm/", "/vnffm/"];

    [Fact]
    public async Task No_request_takes_a_query_parameter_that_it_does_not_know()
    {
        await using var lab = await Lab.StartAsync("--drills:allowed=true");
        using var http = new HttpClient { BaseAddress = lab.Server.Address };
        var document = JsonElement.Parse(
            await http.GetStringAsync("openapi/v1.json", TestContext.Current.CancellationToken));
        var requests = document.GetProperty("paths").EnumerateObject()
            .Where(path => s_apis.Any(api => path.Name.StartsWith(api, StringComparison.Ordinal)))
            .SelectMany(path => path.Value.EnumerateObject()
                .Select(method => (method.Name, Path: path.Name, MediaTypeOf(method.Value))))
            .ToList();

        var taken = new List<string>();
        foreach (var (method, path, mediaType) in requests)
        {
            using var request = new HttpRequestMessage(
                new HttpMethod(method.ToUpperInvariant()), $"{WithIds(path)}?unheard=1");
            request.Content = method == "get" ? null : new StringContent("{}", Encoding.UTF8, mediaType);
            using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
            var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            if (answer.StatusCode != HttpStatusCode.BadRequest
                || answer.Content.Headers.ContentType?.MediaType != "application/problem+json"
                || !JsonElement.Parse(text).Text("detail").StartsWith(
                    "'unheard' is no query parameter", StringComparison.Ordinal))
            {
                taken.Add($"{method} {path}: {(int)answer.StatusCode} {text}");
            }
        }

        requests.Count.ShouldBeGreaterThan(30);
        taken.ShouldBeEmpty();
    }

    private static string MediaTypeOf(JsonElement request) =>
        request.TryGetProperty("requestBody", out var body)
            ? body.GetProperty("content").EnumerateObject().First().Name
            : "application/json";

    private static string WithIds(string path) => string.Join('/', path.Split('/').Select(segment =>
        segment.StartsWith('{') ? "00000000-0000-7000-8000-000000000001" : segment));
}
