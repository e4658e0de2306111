using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;

namespace Watchkeeper.Benchmarks.Fleet;

/// <summary>Speaks to the server as any client does.</summary>
internal sealed class Client(string server) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, MaxConnectionsPerServer = 64 })
    {
        BaseAddress = new Uri(server),
    };

    /// <summary>Creates a VNF instance; returns its id.</summary>
    public async Task<string> CreateAsync(string vnfdId, string name, CancellationToken cancellationToken)
    {
        using var answer = await _http.PostAsJsonAsync(
            "/vnflcm/v2/vnf_instances", new { vnfdId, vnfInstanceName = name }, cancellationToken);
        await DemandAsync(answer, cancellationToken);
        var body = await answer.Content.ReadFromJsonAsync<JsonObject>(cancellationToken);
        return body!["id"]!.GetValue<string>();
    }

    /// <summary>Asks for an operation; returns the path of its occurrence.</summary>
    public async Task<string> PostAsync(string path, JsonObject body, CancellationToken cancellationToken)
    {
        using var content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        using var answer = await _http.PostAsync(path, content, cancellationToken);
        await DemandAsync(answer, cancellationToken);
        return answer.Headers.Location!.PathAndQuery;
    }

    /// <summary>Reads a resource.</summary>
    public async Task<JsonObject> GetAsync(string path, CancellationToken cancellationToken) =>
        await _http.GetFromJsonAsync<JsonObject>(path, cancellationToken)
        ?? throw new InvalidDataException($"{path} is empty.");

    /// <summary>Reads the occurrence until it has ended; returns it.</summary>
    public async Task<JsonObject> EndedAsync(string occurrence, TimeSpan poll, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await GetAsync(occurrence, cancellationToken);
            if (read["operationState"]!.GetValue<string>() is "COMPLETED" or "FAILED" or "FAILED_TEMP" or "ROLLED_BACK")
            {
                return read;
            }

            await Task.Delay(poll, TimeProvider.System, cancellationToken);
        }
    }

    /// <summary>The number of resources in the first page of a collection.</summary>
    public async Task<int> CountAsync(string path, CancellationToken cancellationToken) =>
        (await _http.GetFromJsonAsync<JsonArray>(path, cancellationToken))?.Count ?? 0;

    public async Task DeleteAsync(string path, CancellationToken cancellationToken)
    {
        using var answer = await _http.DeleteAsync(path, cancellationToken);
        await DemandAsync(answer, cancellationToken);
    }

    public void Dispose() => _http.Dispose();

    private static async Task DemandAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        if (answer.StatusCode >= HttpStatusCode.BadRequest)
        {
            var text = await answer.Content.ReadAsStringAsync(cancellationToken);
            throw new HttpRequestException($"{answer.RequestMessage?.RequestUri}: {(int)answer.StatusCode} {text}");
        }
    }
}
