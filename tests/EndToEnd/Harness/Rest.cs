using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace EndToEnd.Harness;

/// <summary>What a server answered.</summary>
internal sealed record RestAnswer(
    HttpStatusCode Status,
    string Text,
    Uri? Location,
    MediaTypeHeaderValue? ContentType,
    IEnumerable<string> Allow,
    string? Link)
{
    /// <summary>Where the next page is; null on the last.</summary>
    public string? Next => Link is { } link && link.Contains("rel=\"next\"", StringComparison.Ordinal)
        ? link[(link.IndexOf('<') + 1)..link.IndexOf('>')]
        : null;

    /// <summary>The body.</summary>
    public JsonElement Json => JsonElement.Parse(Text);

    /// <summary>The id that Location ends with.</summary>
    public string NewId => (Location ?? throw new InvalidOperationException($"No Location: {Text}"))
        .AbsolutePath.Split('/')[^1];
}

/// <summary>Plain HTTP, so that a test shows every byte that matters.</summary>
internal sealed class Rest(Uri server) : IDisposable
{
    private const string Api = "vnflcm/v2/";

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false })
    {
        BaseAddress = server,
    };

    public async Task<JsonElement> GetAsync(string path)
    {
        var answer = await SendAsync(HttpMethod.Get, path);
        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Text);
        return answer.Json;
    }

    /// <summary>All elements of a collection, page after page.</summary>
    public async Task<ImmutableArray<JsonElement>> AllAsync(string path)
    {
        var all = ImmutableArray.CreateBuilder<JsonElement>();
        for (string? page = path; page is not null;)
        {
            var answer = await SendAsync(HttpMethod.Get, page);
            answer.Status.ShouldBe(HttpStatusCode.OK, answer.Text);
            all.AddRange(answer.Json.EnumerateArray());
            page = answer.Next is { } next ? next[(next.IndexOf(Api, StringComparison.Ordinal) + Api.Length)..] : null;
        }

        return all.ToImmutable();
    }

    public Task<RestAnswer> PostAsync(string path, string body) => SendAsync(HttpMethod.Post, path, body);

    /// <summary>Sends a request, with a body when one is given.</summary>
    public async Task<RestAnswer> SendAsync(
        HttpMethod method, string path, string? body = null, string contentType = "application/json")
    {
        using var request = new HttpRequestMessage(method, Api + path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(contentType);
        }

        var cancellationToken = TestContext.Current.CancellationToken;
        using var response = await _http.SendAsync(request, cancellationToken);
        return new RestAnswer(
            response.StatusCode,
            await response.Content.ReadAsStringAsync(cancellationToken),
            response.Headers.Location,
            response.Content.Headers.ContentType,
            response.Content.Headers.Allow,
            response.Headers.TryGetValues("Link", out var links) ? string.Join(',', links) : null);
    }

    /// <summary>Opens a stream of server-sent events.</summary>
    public async Task<Stream> EventsAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Api + "ext/events");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        var response = await _http.SendAsync(
            request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        return await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>The occurrence when it has ended, or rests.</summary>
    public Task<JsonElement> EndOfAsync(string operation) => Patience.UntilAsync(
        () => GetAsync($"vnf_lcm_op_occs/{operation}"),
        occurrence => occurrence.Text("operationState") is "COMPLETED" or "FAILED" or "ROLLED_BACK" or "FAILED_TEMP",
        $"the end of operation {operation}");

    public void Dispose() => _http.Dispose();
}
