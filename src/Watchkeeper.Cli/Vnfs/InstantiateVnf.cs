using System.CommandLine;
using System.Text.Json;
using Watchkeeper.Cli.Agents;
using Watchkeeper.Cli.Api;
using Watchkeeper.Cli.Operations;

namespace Watchkeeper.Cli.Vnfs;

/// <summary><c>wk vnf instantiate</c>.</summary>
internal static class InstantiateVnf
{
    private static readonly Argument<string> Vnf = VnfCommand.Vnf();

    private static readonly Option<string> Flavour = new("--flavour")
    {
        Description = "The deployment flavour.",
        DefaultValueFactory = _ => "default",
    };

    private static readonly Option<string?> Level = new("--level") { Description = "The instantiation level." };

    private static readonly Option<string?> Vim = new("--vim")
    {
        Description = "The kind of VIM, for example HOST or SIMULATOR (else the server's default).",
        HelpName = "KIND",
    };

    private static readonly Option<string?> Agent = new("--agent")
    {
        Description = "Who watches it: an agent's name, or dmonaName://NAME.",
        HelpName = "REF",
    };

    private static readonly Option<string[]> Param = new("--param")
    {
        Description = "An additional parameter, repeatable. A number, true, false, {…}, […] or \"…\" is sent as "
            + "that JSON value, anything else as text.",
        HelpName = "K=V",
        DefaultValueFactory = _ => [],
    };

    private static readonly Option<bool> Watch = OperationWatch.Option();

    public static Command Create() => Verb.Of(
        "instantiate", "Instantiate a VNF.", RunAsync, Vnf, Flavour, Level, Vim, Agent, Param, Watch);

    private static async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        var parameters = Parameters.Read(call.Arguments.GetRequiredValue(Param));
        var id = await VnfLookup.FindAsync(call.Api, call.Arguments.GetRequiredValue(Vnf), cancellationToken);
        if (call.Arguments.GetValue(Agent) is { } agent)
        {
            var key = await AgentKey.OfVnfdAsync(call.Api, id, cancellationToken);
            parameters[key] = JsonSerializer.SerializeToElement(AgentReference.From(agent));
        }

        var body = new Dictionary<string, object> { ["flavourId"] = call.Arguments.GetRequiredValue(Flavour) };
        if (call.Arguments.GetValue(Level) is { } level)
        {
            body["instantiationLevelId"] = level;
        }

        if (call.Arguments.GetValue(Vim) is { } kind)
        {
            body["vimConnectionInfo"] = new Dictionary<string, object> { ["vim1"] = new { vimType = kind } };
        }

        if (parameters.Count > 0)
        {
            body["additionalParams"] = parameters;
        }

        var accepted = await call.Api.PostAsync(
            Resource.Of(Resource.Instances, id, "instantiate"), body, cancellationToken);
        return await OperationWatch.FollowAsync(
            call, accepted.NewId, call.Arguments.GetValue(Watch), cancellationToken);
    }
}
