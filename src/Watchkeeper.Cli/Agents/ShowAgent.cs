using System.CommandLine;
using Watchkeeper.Cli.Api;

namespace Watchkeeper.Cli.Agents;

/// <summary><c>wk agent show</c>.</summary>
internal static class ShowAgent
{
    private static readonly Argument<string> Agent = new("AGENT") { Description = "Its name, or dmonaName://NAME." };

    public static Command Create() => Verb.Of("show", "Show a monitoring agent.", RunAsync, Agent);

    private static async Task<int> RunAsync(Call call, CancellationToken cancellationToken)
    {
        var name = AgentReference.NameOf(call.Arguments.GetRequiredValue(Agent));
        var agent = await call.Api.GetAsync(Resource.Of(Resource.Agents, name), cancellationToken);
        if (call.Page.IsJson)
        {
            call.Page.Json(agent);
        }
        else
        {
            ListAgents.Show(call.Page, [agent]);
        }

        return ExitCode.Done;
    }
}
