using System.Net;
using Watchkeeper.Lifecycle.Faults;
using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Server.Agents;
using Watchkeeper.Server.Configuration;
using Watchkeeper.Server.Engine;
using Watchkeeper.Server.Sol003;

namespace Watchkeeper.Server.Drills;

/// <summary>
/// Drills while the server runs: <c>ext/drills</c>. Switched only where that is allowed, on loopback.
/// </summary>
internal static class DrillEndpoints
{
    /// <summary>Stands for the server itself among the names; an agent of this name can't be drilled.</summary>
    public const string ServerName = "server";

    private const string Tag = "Drills";

    /// <exception cref="ConfigurationException">A drill of the start names no journal point.</exception>
    public static void MapDrills(this IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        services.GetRequiredService<DrillSettings>().DemandPoints(services.GetRequiredService<PlanCatalog>());
        var all = routes.MapGroup(Links.Api + "/ext/drills").WithTags(Tag);
        all.MapGet("", ListAsync)
            .WithQuery()
            .WithSummary("The drills of the server and of every agent that is online")
            .Produces<ImmutableArray<DrillsResponse>>();
        all.MapGet("{name}", ShowAsync)
            .WithQuery()
            .WithSummary("The drills of the server or of one agent")
            .Produces<DrillsResponse>()
            .ProducesProblem(404);
        all.MapPut("{name}", PutAsync)
            .WithQuery()
            .DescribeBody<IReadOnlyDictionary<string, DrillResponse>>()
            .WithSummary("Switches on exactly these drills")
            .Produces<DrillsResponse>()
            .ProducesProblem(403)
            .ProducesProblem(422);
        all.MapDelete("{name}", ClearAsync)
            .WithQuery()
            .WithSummary("Switches all drills off; what is held goes on")
            .Produces(204)
            .ProducesProblem(403);
    }

    private static async Task<IResult> ListAsync(
        HttpContext context, ServerDrills server, AgentDrills agents, AgentDirectory directory)
    {
        // All at once: one that does not answer holds up no other's.
        var ofAgents = await Task.WhenAll(directory.All()
            .Where(agent => agent.State == AgentState.Online)
            .Select(async agent =>
                await agents.SwitchAsync(agent.Name, wanted: null, context.RequestAborted) is { } active
                    ? DrillsResponse.Of(agent.Name, active)
                    : null));
        ImmutableArray<DrillsResponse> all =
            [DrillsResponse.Of(ServerName, server.Active), .. ofAgents.OfType<DrillsResponse>()];
        return Results.Json(all, DrillsJson.Default.ImmutableArrayDrillsResponse);
    }

    private static async Task<IResult> ShowAsync(
        HttpContext context, string name, ServerDrills server, AgentDrills agents, AgentDirectory directory) =>
        name == ServerName
            ? Shown(DrillsResponse.Of(ServerName, server.Active))
            : await SwitchAsync(name, wanted: null, agents, directory, context.RequestAborted);

    private static async Task<IResult> PutAsync(
        HttpContext context, string name, DrillDesk desk, AgentDirectory directory)
    {
        if (desk.Objection(context) is { } objection)
        {
            return Problems.Of(objection);
        }

        var reading = await JsonBody.ReadAsync(context.Request, context.RequestAborted);
        if (reading.Fault is { } unreadable)
        {
            return Problems.Of(unreadable);
        }

        if (name == ServerName)
        {
            var (drills, fault) = DrillRequest.ReadServer(reading.Body, desk.IsPointKnown);
            if (fault is not null)
            {
                return Problems.Of(fault);
            }

            desk.Server.Replace(drills);
            return Shown(DrillsResponse.Of(ServerName, desk.Server.Active));
        }

        var (wanted, refusal) = DrillRequest.ReadAgent(reading.Body);
        return refusal is not null
            ? Problems.Of(refusal)
            : await SwitchAsync(name, wanted, desk.Agents, directory, context.RequestAborted);
    }

    private static async Task<IResult> ClearAsync(
        HttpContext context, string name, DrillDesk desk, AgentDirectory directory)
    {
        if (desk.Objection(context) is { } objection)
        {
            return Problems.Of(objection);
        }

        if (name == ServerName)
        {
            desk.Server.Replace([]);
            return Results.NoContent();
        }

        var cleared = await SwitchAsync(name, [], desk.Agents, directory, context.RequestAborted);
        return cleared is IStatusCodeHttpResult { StatusCode: >= 400 } ? cleared : Results.NoContent();
    }

    private static async Task<IResult> SwitchAsync(
        string name, ImmutableArray<Drill>? wanted, AgentDrills agents, AgentDirectory directory,
        CancellationToken cancellationToken) =>
        directory.Find(name) is null
            ? Problems.Of(RequestFaults.NotFound($"agent as {name}, and {ServerName} is the server"))
            : await agents.SwitchAsync(name, wanted, cancellationToken) is { } active
                ? Shown(DrillsResponse.Of(name, active))
                : Problems.Of(new Fault(
                    "faults/agent-unreachable", "The agent can't be reached", 409,
                    $"Agent {name} is not ONLINE, or did not answer; nothing is known of its drills."));

    private static IResult Shown(DrillsResponse drills) => Results.Json(drills, DrillsJson.Default.DrillsResponse);
}

/// <summary>Who may switch drills, and on what.</summary>
internal sealed class DrillDesk(DrillSettings settings, ServerDrills server, AgentDrills agents, PlanCatalog plans)
{
    public ServerDrills Server => server;

    public AgentDrills Agents => agents;

    private HashSet<string> Points { get; } = JournalPoints.All(plans).ToHashSet(StringComparer.Ordinal);

    /// <summary>Whether the journal point that a drill names exists; it may name none.</summary>
    public bool IsPointKnown(ServerDrill drill) => drill.IsAtOneOf(Points);

    /// <summary>Why a request may not switch drills; null when it may.</summary>
    public Fault? Objection(HttpContext context) => !settings.AreAllowed
        ? new Fault(
            "faults/drills-not-allowed", "Drills are not allowed", 403,
            "This server was started without drills.allowed=true.")
        : IsLoopback(context.Connection.RemoteIpAddress) && IsLoopback(context.Connection.LocalIpAddress)
            ? null
            : new Fault(
                "faults/drills-on-loopback", "Drills are switched on loopback only", 403,
                "Drills are switched by a client on this machine, by a loopback address.");

    private static bool IsLoopback(IPAddress? address) => address is not null && IPAddress.IsLoopback(address);
}
