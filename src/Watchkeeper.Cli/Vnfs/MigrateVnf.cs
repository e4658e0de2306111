using System.CommandLine;
using Watchkeeper.Cli.Agents;
using Watchkeeper.Cli.Api;
using Watchkeeper.Cli.Operations;

namespace Watchkeeper.Cli.Vnfs;

/// <summary><c>wk migrate</c>: hands the monitoring of a VNF to another agent.</summary>
internal static class MigrateVnf
{
    private static readonly Argument<string> Vnf = VnfCommand.Vnf();

    private static readonly Option<string> To = new("--to")
    {
        Description = "The new agent: its name, or dmonaName://NAME.",
        HelpName = "AGENT",
        Required = true,
    };

    private static readonly Option<string?> Key = new("--key")
    {
        Description = "The key under which the VNF keeps its agent (else the one it was deployed with).",
    };

    private static readonly Option<bool> Watch = OperationWatch.Option();

    public static Command Create() => Verb.Of(
        "migrate", "Hand the monitoring of a VNF to another agent.", RunAsync, Vnf, To, Key, Watch);

    private static async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        var id = await VnfLookup.FindAsync(call.Api, call.Arguments.GetRequiredValue(Vnf), cancellationToken);
        var key = call.Arguments.GetValue(Key) ?? await AgentKey.OfInstanceAsync(call.Api, id, cancellationToken);
        var accepted = await RequestAsync(
            call.Api, id, AgentReference.From(call.Arguments.GetRequiredValue(To)), key, cancellationToken);
        return await OperationWatch.FollowAsync(
            call, accepted, call.Arguments.GetValue(Watch), cancellationToken);
    }

    /// <summary>Asks for a migration; the answer is the id of its occurrence.</summary>
    public static async Task<string> RequestAsync(
        ServerApi api, string vnfInstanceId, string agent, string key, CancellationToken cancellationToken)
    {
        var body = new Dictionary<string, string> { ["monitoring_agent"] = agent, ["key"] = key };
        return (await api.PostAsync(Resource.Monitoring(vnfInstanceId, "migrate"), body, cancellationToken)).NewId;
    }
}
