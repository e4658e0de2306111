using Watchkeeper.Lifecycle.Faults;
using Watchkeeper.Server.Agents.Link;
using Watchkeeper.Server.Sol003;

namespace Watchkeeper.Server.Agents;

/// <summary>Whether a deployment names an agent: such an agent is not forgotten.</summary>
internal delegate Task<bool> IsAgentNamed(string agent, CancellationToken cancellationToken);

/// <summary>The agents in the extension API.</summary>
internal static class AgentsEndpoints
{
    private const string Root = "/vnflcm/v2/ext";

    /// <summary>Maps <c>ext/agent_link</c> and <c>ext/monitoring_agents</c>.</summary>
    public static void MapAgents(this IEndpointRouteBuilder routes, IsAgentNamed isNamed)
    {
        var all = routes.MapGroup(Root).WithTags("Monitoring agents");
        all.MapGet("agent_link", AskLink)
            .WithQuery()
            .WithSummary("Where agents dial")
            .Produces<AgentLinkResponse>()
            .ProducesProblem(503);
        all.MapGet("monitoring_agents", List)
            .WithQuery()
            .WithSummary("All monitoring agents, the local one first")
            .Produces<AgentResponse[]>();
        all.MapGet("monitoring_agents/{name}", Show)
            .WithQuery()
            .WithSummary("One monitoring agent")
            .Produces<AgentResponse>()
            .ProducesProblem(404);
        all.MapDelete(
            "monitoring_agents/{name}",
            (string name, AgentDirectory directory, CancellationToken cancellationToken) =>
                ForgetAsync(name, directory, isNamed, cancellationToken))
            .WithQuery()
            .WithSummary("Forgets an agent that is OFFLINE and that no deployment names")
            .Produces(204)
            .ProducesProblem(404)
            .ProducesProblem(409);
    }

    private static IResult AskLink(HttpRequest request, LinkListening link) =>
        link.AddressFor(request.Host.Host) is { } address
            ? Results.Json(
                new AgentLinkResponse(address.GetLeftPart(UriPartial.Authority)), AgentsJson.Default.AgentLinkResponse)
            : Problems.Of(new Fault("faults/not-ready", "Not ready", 503, "The link does not listen yet."));

    private static IResult List(AgentDirectory directory) => Results.Json(
        directory.All().Select(AgentResponse.Of).ToImmutableArray(), AgentsJson.Default.ImmutableArrayAgentResponse);

    private static IResult Show(string name, AgentDirectory directory) => directory.Find(name) is { } agent
        ? Results.Json(AgentResponse.Of(agent), AgentsJson.Default.AgentResponse)
        : NotKnown(name);

    private static async Task<IResult> ForgetAsync(
        string name, AgentDirectory directory, IsAgentNamed isNamed, CancellationToken cancellationToken) =>
        await directory.ForgetAsync(name, token => isNamed(name, token), cancellationToken) switch
        {
            ForgetOutcome.Forgotten => Results.NoContent(),
            ForgetOutcome.NotKnown => NotKnown(name),
            ForgetOutcome.NotOffline => Problems.Of(new Fault(
                "faults/agent-not-offline", "The agent may come back", 409,
                $"Agent {name} is not OFFLINE: only then is it forgotten.")),
            ForgetOutcome.Named => Problems.Of(new Fault(
                "faults/agent-in-use", "The agent is in use", 409,
                $"A deployment names agent {name}: migrate it first.")),
            var outcome => throw new InvalidOperationException($"Unknown outcome {outcome}."),
        };

    private static IResult NotKnown(string name) => Problems.Of(new Fault(
        "faults/agent-unknown", "No such monitoring agent", 404, $"No agent {name} has ever joined."));
}
