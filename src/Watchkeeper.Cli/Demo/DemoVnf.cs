using System.Text.Json;
using Watchkeeper.Cli.Agents;
using Watchkeeper.Cli.Api;
using Watchkeeper.Cli.Operations;
using Watchkeeper.Cli.Vnfs;

namespace Watchkeeper.Cli.Demo;

/// <summary>The VNF of the demo, and what is asked of the server about it.</summary>
internal sealed class DemoVnf(ServerApi api, string id, string key, TimeProvider time)
{
    // Shorter than the samples' own, so that three misses of a dead VM are soon counted.
    private const int PollSeconds = 1;

    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(50);

    // The gap is known with the new agent's first probe: a poll period after the hand-over, and then some.
    private static readonly TimeSpan GapTimeout = TimeSpan.FromSeconds(60);

    /// <summary>The instance's id.</summary>
    public string Id => id;

    /// <summary>Creates the instance.</summary>
    public static async Task<DemoVnf> CreateAsync(
        ServerApi api, JsonElement package, string name, TimeProvider time, CancellationToken cancellationToken)
    {
        var body = new { vnfdId = package.Text("vnfdId"), vnfInstanceName = name };
        var created = (await api.PostAsync(Resource.Instances, body, cancellationToken)).Document;
        var key = package.Text("agentKey") is { Length: > 0 } named ? named : AgentKey.Usual;
        return new DemoVnf(api, created.Text("id"), key, time);
    }

    /// <summary>Instantiates it, watched by an agent.</summary>
    public Task<JsonElement> InstantiateAsync(string agent, CancellationToken cancellationToken) => DoAsync(
        "instantiate",
        new
        {
            flavourId = "default",
            additionalParams = new Dictionary<string, object>
            {
                [key] = AgentReference.From(agent),
                ["POLL_SECONDS"] = PollSeconds,
            },
        },
        cancellationToken);

    /// <summary>Terminates it at once.</summary>
    public Task<JsonElement> TerminateAsync(CancellationToken cancellationToken) =>
        DoAsync("terminate", new { terminationType = "FORCEFUL" }, cancellationToken);

    /// <summary>Removes it from the server's books.</summary>
    public Task DeleteAsync(CancellationToken cancellationToken) =>
        api.DeleteAsync(Resource.Of(Resource.Instances, id), cancellationToken);

    /// <summary>Who watches it, and how its VMs are.</summary>
    public Task<JsonElement> MonitoringAsync(CancellationToken cancellationToken) =>
        api.GetAsync(Resource.Monitoring(id), cancellationToken);

    /// <summary>Hands its watch over, and waits until the gap of every VM is known.</summary>
    public async Task<(HandOver HandOver, string Operation)> MigrateAsync(
        string from, string to, CancellationToken cancellationToken)
    {
        var operation = await MigrateVnf.RequestAsync(
            api, id, AgentReference.From(to), key, cancellationToken);
        var ended = await CompletedAsync(operation, cancellationToken);
        var took = TimeOf(ended, "stateEnteredTime") - TimeOf(ended, "startTime");
        var vnfcs = await GapsAsync(operation, cancellationToken);
        return (new HandOver(from, to, vnfcs, took), operation);
    }

    private static DateTimeOffset TimeOf(JsonElement operation, string name) =>
        DateTimeOffset.TryParse(operation.Text(name), out var time)
            ? time
            : throw new WkException($"The occurrence has no {name}.");

    private async Task<ImmutableArray<JsonElement>> GapsAsync(string operation, CancellationToken cancellationToken)
    {
        for (var began = time.GetTimestamp(); ;)
        {
            var occurrence = await api.GetAsync(Resource.Of(Resource.Operations, operation), cancellationToken);
            var migration = occurrence.Member("monitoringMigration")
                ?? throw new WkException("The occurrence of the migration says nothing of it.");
            var vnfcs = migration.Items("vnfcs").ToImmutableArray();
            if (vnfcs.Length > 0 && vnfcs.All(vnfc => vnfc.Number("gapMs") is not null))
            {
                return vnfcs;
            }

            if (time.GetElapsedTime(began) > GapTimeout)
            {
                throw new WkException($"The new agent did not probe every VM within {GapTimeout.TotalSeconds} s.");
            }

            await Task.Delay(Beat, time, cancellationToken);
        }
    }

    private async Task<JsonElement> DoAsync(string task, object body, CancellationToken cancellationToken)
    {
        var accepted = await api.PostAsync(Resource.Of(Resource.Instances, id, task), body, cancellationToken);
        return await CompletedAsync(accepted.NewId, cancellationToken);
    }

    private async Task<JsonElement> CompletedAsync(string operation, CancellationToken cancellationToken)
    {
        var ended = await OperationWatch.UntilRestAsync(api, operation, time, _ => { }, cancellationToken);
        var state = ended.Text("operationState");
        return state == "COMPLETED"
            ? ended
            : throw new WkException($"{ended.Text("operation")} is {state}: {ShowOperation.ErrorOf(ended)}");
    }
}
