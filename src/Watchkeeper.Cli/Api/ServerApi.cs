using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Watchkeeper.Cli.Api;

/// <summary>The server's REST API as wk uses it; a refusal becomes one line for people.</summary>
internal sealed class ServerApi : IDisposable
{
    // A management request is answered from a database; whatever takes longer is not working.
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(30);

    private readonly HttpClient _http;
    private readonly TimeProvider _time;

    public ServerApi(Uri server, TimeProvider time)
    {
        Server = server;
        _time = time;
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = !server.IsLoopback })
        {
            BaseAddress = server,
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>The server's root.</summary>
    public Uri Server { get; }

    /// <summary>Reads one document.</summary>
    public async Task<JsonElement> GetAsync(string path, CancellationToken cancellationToken) =>
        (await SendAsync(HttpMethod.Get, path, content: null, cancellationToken)).Document;

    /// <summary>Asks whether a resource answers, whatever it says.</summary>
    public Task<Answer> ProbeAsync(string path, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, path, content: null, cancellationToken);

    /// <summary>Reads a whole collection, page after page, as one array.</summary>
    public async Task<JsonElement> ListAsync(string path, CancellationToken cancellationToken)
    {
        var first = await SendAsync(HttpMethod.Get, path, content: null, cancellationToken);
        if (first.NextPage is null)
        {
            return first.Document;
        }

        var items = first.Document.Items().ToList();
        for (var next = first.NextPage; next is not null;)
        {
            // The link is absolute and may name the server otherwise than we do: only its path counts.
            var page = await SendAsync(HttpMethod.Get, PathOf(next), content: null, cancellationToken);
            items.AddRange(page.Document.Items());
            next = page.NextPage;
        }

        return JsonSerializer.SerializeToElement(items);
    }

    /// <summary>Sends a request with a JSON body.</summary>
    public Task<Answer> PostAsync(string path, object? body, CancellationToken cancellationToken) => SendAsync(
        HttpMethod.Post, path, body is null ? null : JsonContent.Create(body), cancellationToken);

    /// <summary>Replaces a resource.</summary>
    public Task<Answer> PutAsync(string path, object body, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Put, path, JsonContent.Create(body), cancellationToken);

    /// <summary>Changes a resource by a merge patch (RFC 7396).</summary>
    public Task<Answer> PatchAsync(string path, object change, CancellationToken cancellationToken) => SendAsync(
        HttpMethod.Patch,
        path,
        JsonContent.Create(change, new MediaTypeHeaderValue("application/merge-patch+json")),
        cancellationToken);

    /// <summary>Deletes a resource.</summary>
    public Task<Answer> DeleteAsync(string path, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Delete, path, content: null, cancellationToken);

    /// <summary>Sends a body as it comes, without a time-out: it may be large.</summary>
    public async Task<Answer> UploadAsync(string path, Stream body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StreamContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/zip");
        return await ExchangeAsync(request, cancellationToken);
    }

    /// <summary>Opens a stream of server-sent events; it ends with the token.</summary>
    public async Task<Stream> StreamAsync(string path, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        try
        {
            var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                throw await Refusal.ReadAsync(response, cancellationToken);
            }

            return await response.Content.ReadAsStreamAsync(cancellationToken);
        }
        catch (HttpRequestException failure)
        {
            throw Unreachable(failure);
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<Answer> SendAsync(
        HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        using var deadline = new CancellationTokenSource(AnswerTimeout, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return await ExchangeAsync(request, both.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new WkException($"{Server} did not answer within {AnswerTimeout.TotalSeconds:0} s.");
        }
    }

    private async Task<Answer> ExchangeAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await _http.SendAsync(request, cancellationToken);
            return (int)response.StatusCode is >= 200 and < 300
                ? await ReadAsync(response, cancellationToken)
                : throw await Refusal.ReadAsync(response, cancellationToken);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            throw Unreachable(failure);
        }
    }

    private async Task<Answer> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var bytes = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        JsonElement? body = null;
        try
        {
            body = bytes.Length == 0 ? null : JsonElement.Parse(bytes);
        }
        catch (JsonException failure)
        {
            // A probe of life may answer in plain text; whoever needs a document finds that there is none.
            if (response.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.Ordinal) == true)
            {
                throw new WkException($"{Server} answered with broken JSON.", failure);
            }
        }

        return new Answer((int)response.StatusCode, body, response.Headers.Location, NextPage.Of(response.Headers));
    }

    private WkException Unreachable(Exception failure) => new(
        $"Can't reach the server {Server.GetLeftPart(UriPartial.Authority)}: {failure.Message}", failure);

    private static string PathOf(Uri link) => link.IsAbsoluteUri
        ? link.GetComponents(UriComponents.PathAndQuery, UriFormat.UriEscaped)
        : link.OriginalString;
}
