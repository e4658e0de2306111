using System.Text.Json.Nodes;
using Watchkeeper.Benchmarks.Fleet;

namespace Watchkeeper.Benchmarks.Migrations;

/// <summary>A VNF of the benchmark: its id, and the address of its one VM.</summary>
internal sealed record SimulatedVnf(string Id, string Address);

/// <summary>VNFs of the sample <c>simulated</c>, made by the ordinary API.</summary>
internal static class SimulatedVnfs
{
    /// <summary>The poll period of every VM, in seconds.</summary>
    public const int PollSeconds = 3;

    private const int AtOnce = 32;
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);

    /// <summary>Uploads the sample; returns the id of its VNFD.</summary>
    public static async Task<string> UploadAsync(ProcessFleet fleet, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(RepositoryRoot(), "samples", "simulated");
        var answer = await fleet.WkAsync(["package", "upload", folder, "--json"], cancellationToken);
        return JsonNode.Parse(answer)!["vnfdId"]!.GetValue<string>();
    }

    /// <summary>Creates and instantiates VNFs, watched by an agent.</summary>
    public static async Task<ImmutableArray<SimulatedVnf>> MakeAsync(
        Client client, string vnfdId, int count, string agent, CancellationToken cancellationToken) =>
    [
        .. await EachAsync(
            Enumerable.Range(1, count),
            async number => await MakeOneAsync(client, vnfdId, $"{agent}-{number}", agent, cancellationToken)),
    ];

    /// <summary>Runs something for each item, a bounded number at once, in the order of the items.</summary>
    public static async Task<TResult[]> EachAsync<T, TResult>(IEnumerable<T> items, Func<T, Task<TResult>> act)
    {
        using var room = new SemaphoreSlim(AtOnce);
        return await Task.WhenAll(items.Select(async item =>
        {
            await room.WaitAsync();
            try
            {
                return await act(item);
            }
            finally
            {
                room.Release();
            }
        }));
    }

    /// <summary>The body of a migrate request.</summary>
    public static JsonObject To(string agent) => new()
    {
        ["monitoring_agent"] = $"dmonaName://{agent}",
        ["key"] = "MONITORING_AGENT",
    };

    /// <summary>The path of a migrate request.</summary>
    public static string MigratePath(string vnf) => $"/vnflcm/v2/ext/vnf_instances/{vnf}/monitoring/migrate";

    private static async Task<SimulatedVnf> MakeOneAsync(
        Client client, string vnfdId, string name, string agent, CancellationToken cancellationToken)
    {
        var id = await client.CreateAsync(vnfdId, name, cancellationToken);
        var occurrence = await client.PostAsync(
            $"/vnflcm/v2/vnf_instances/{id}/instantiate",
            new JsonObject
            {
                ["flavourId"] = "default",
                ["vimConnectionInfo"] = new JsonObject { ["vim1"] = new JsonObject { ["vimType"] = "SIMULATOR" } },
                ["additionalParams"] = new JsonObject
                {
                    ["MONITORING_AGENT"] = $"dmonaName://{agent}",
                    ["POLL_SECONDS"] = PollSeconds,
                },
            },
            cancellationToken);
        var ended = await client.EndedAsync(occurrence, Poll, cancellationToken);
        if (ended["operationState"]!.GetValue<string>() != "COMPLETED")
        {
            throw new InvalidOperationException($"{name} was not instantiated: {ended["error"]?.ToJsonString()}");
        }

        var monitoring = await client.GetAsync($"/vnflcm/v2/ext/vnf_instances/{id}/monitoring", cancellationToken);
        return new SimulatedVnf(id, monitoring["vnfcs"]![0]!["address"]!.GetValue<string>());
    }

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Watchkeeper.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new DirectoryNotFoundException("The benchmarks run from their repository.");
    }
}
