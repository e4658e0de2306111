using System.Net;
using System.Text.Json;
using EndToEnd.Harness;

namespace EndToEnd.ErrorTable;

/// <summary>
/// A server with drills allowed, two agents, and a subscriber, on which plays are given one after the other.
/// </summary>
internal sealed class Stage : IAsyncDisposable
{
    /// <summary>An agent that has no room for the VMs of one VNF.</summary>
    public const string SmallAgent = "small";

    private const int Vms = 3;
    private const string Alarms = "../../vnffm/v1/alarms";

    private Hit? _hit;

    private readonly CallbackListener _listener;

    // With the flag on FAILED_TEMP is passed, and no state to rest in.
    private readonly bool _rests;

    private Stage(Lab lab, CallbackListener listener, bool rests)
    {
        Lab = lab;
        _rests = rests;
        _listener = listener;
    }

    public Lab Lab { get; }

    public Rest Rest => Lab.Rest;

    public static async Task<Stage> StartAsync(bool terminalStateOnError)
    {
        var flag = terminalStateOnError ? "true" : "false";

        // Guards come when no play is on any more: a VM without monitor is to be seen as the operation left it.
        var lab = await Lab.WithAgentsAsync(
            "--drills:allowed=true", $"--monitorMigration:terminalStateOnError={flag}", "--unwatched:guardAfter=600");
        await lab.JoinAsync(SmallAgent, "--capacity", $"{Vms - 1}");
        var listener = await CallbackListener.StartAsync();
        await lab.Rest.SubscribeAsync(listener);
        return new Stage(lab, listener, !terminalStateOnError);
    }

    /// <summary>Deploys a VNF of three VMs.</summary>
    public Task<string> DeployAsync(string agent) =>
        Lab.DeployAsync($"\"MONITORING_AGENT\":\"dmonaName://{agent}\",\"VMS\":{Vms}");

    /// <summary>Makes somebody fail on purpose.</summary>
    public async Task DrillAsync(string who, string drill) =>
        await DemandAsync(HttpMethod.Put, $"ext/drills/{who}", drill);

    /// <summary>Operations are held at a journal point until the drills are cleared.</summary>
    public Task HoldAsync(string point) => DrillAsync("server", $$$"""{"hold":{"at":"{{{point}}}"}}""");

    /// <summary>Returns when an operation is held.</summary>
    public Task HeldAsync(string operation) => Patience.UntilAsync(
        () => Rest.GetAsync("ext/drills/server"),
        drills => drills.GetRawText().Contains(operation, StringComparison.Ordinal),
        $"{operation} to be held");

    /// <summary>Kills or stops an agent.</summary>
    public async Task HitAsync(Hit hit)
    {
        _hit = hit;
        if (hit.IsKilled)
        {
            await Lab.Agent(hit.Agent).KillAsync();
            await Patience.UntilAsync(
                () => Rest.GetAsync($"ext/monitoring_agents/{hit.Agent}"),
                agent => agent.Text("state") != "ONLINE",
                $"{hit.Agent} not ONLINE");
        }
        else
        {
            Lab.Agent(hit.Agent).SendStop();
        }
    }

    /// <summary>Starts the agent again that was killed, or lets the stopped one go on.</summary>
    public async Task ReviveAsync()
    {
        var hit = _hit;
        _hit = null;
        if (hit is { IsKilled: true })
        {
            await Lab.JoinAsync(hit.Agent);
        }
        else if (hit is not null)
        {
            Lab.Agent(hit.Agent).SendContinue();
        }
    }

    /// <summary>Waits until it is told that an agent is lost.</summary>
    public Task DemandLostAsync(string agent) => Patience.UntilAsync(
        () => Rest.AllAsync(Alarms),
        alarms => alarms.Any(alarm => IsOpen(alarm)
            && alarm.Text("faultType") == "AGENT_LOST" && alarm.Text("managedObjectId") == agent),
        $"the alarm of the loss of {agent}");

    /// <summary>The open alarms on a VNF, and on agents.</summary>
    public async Task<ImmutableArray<JsonElement>> AlarmsAsync(string vnf) =>
    [
        .. (await Rest.AllAsync(Alarms)).Where(alarm => IsOpen(alarm)
            && (alarm.Text("managedObjectId") == vnf || alarm.Text("faultType") == "AGENT_LOST")),
    ];

    /// <summary>Waits until no alarm on a VNF or an agent is open.</summary>
    public Task DemandNoAlarmAsync(string vnf) =>
        Patience.UntilAsync(() => AlarmsAsync(vnf), alarms => alarms.IsEmpty, $"the end of the alarms of {vnf}");

    /// <summary>What is held goes on; agents fail on purpose as before.</summary>
    public Task ReleaseAsync() => DemandAsync(HttpMethod.Delete, "ext/drills/server", null);

    /// <summary>Asks for a migration that may be refused.</summary>
    public Task<RestAnswer> AskForMigrationAsync(string vnf, string to) =>
        Rest.SendAsync(HttpMethod.Post, Lab.Migrate(vnf), MigrationTo(to));

    /// <summary>Nobody fails on purpose any more.</summary>
    public async Task ClearDrillsAsync()
    {
        foreach (var who in (string[])["server", "local_mona", "dmona1", "dmona2"])
        {
            // An agent that was made to hang may have been lost for it, and is back in a moment.
            await Patience.UntilAsync(
                () => Rest.SendAsync(HttpMethod.Delete, $"ext/drills/{who}"),
                answer => answer.Status == HttpStatusCode.NoContent,
                $"{who} without drills");
        }
    }

    /// <summary>Disables or enables the monitoring of a VNF.</summary>
    public Task SwitchMonitoringAsync(string vnf, string to) =>
        DemandAsync(HttpMethod.Post, $"{Lab.Monitoring(vnf)}/{to}", "{}");

    /// <summary>Asks for a migration; the answer is the operation.</summary>
    public Task<string> MigrateAsync(string vnf, string to) => Lab.BeginMigrateAsync(vnf, MigrationTo(to));

    /// <summary>Asks for retry, rollback, fail or cancel.</summary>
    public Task<RestAnswer> AskAsync(string operation, string task) =>
        Rest.SendAsync(HttpMethod.Post, $"vnf_lcm_op_occs/{operation}/{task}");

    /// <summary>The occurrence, as soon as it rests or has ended.</summary>
    public Task<JsonElement> EndOfAsync(string operation, string restsWith = "") => Patience.UntilAsync(
        () => Rest.GetAsync($"vnf_lcm_op_occs/{operation}"),
        one => one.Text("operationState") is "COMPLETED" or "FAILED" or "ROLLED_BACK"
            || (one.Text("operationState") == "FAILED_TEMP"
                && (_rests || one.GetProperty("error").Text("type") == restsWith)
                && one.GetProperty("_links").TryGetProperty("fail", out _)),
        $"the end of {operation}");

    /// <summary>What a subscriber was told of an operation, up to a state.</summary>
    public Task<ImmutableArray<JsonElement>> ToldAsync(string operation, string last) =>
        _listener.UntilAsync(operation, last);

    /// <summary>The core's own events of an operation.</summary>
    public async Task<ImmutableArray<JsonElement>> EventsAsync(string vnf, string operation)
    {
        var events = await Rest.GetAsync($"ext/events?vnfInstanceId={vnf}");
        return [.. events.EnumerateArray().Where(one => one.Text("vnfLcmOpOccId") == operation)];
    }

    /// <summary>Where the monitors are while nobody has one in hand: as long as a set is on its way, as one of the
    /// reconciler is again and again, a VM is UNWATCHED. An agent that is lost is asked for nothing.</summary>
    public async Task<JsonElement> SettledMonitoringAsync(string vnf)
    {
        var agent = (await MonitoringAsync(vnf)).Text("monitoring_agent");
        var known = await Rest.GetAsync($"ext/monitoring_agents/{agent[(agent.LastIndexOf('/') + 1)..]}");
        return await Patience.UntilAsync(
            () => MonitoringAsync(vnf),
            view => known.Text("state") != "ONLINE"
                || view.Items("vnfcs").All(vnfc => vnfc.Text("monitor") != "UNWATCHED"),
            $"monitors of {vnf} that nobody has in hand");
    }

    /// <summary>Waits until every VM is watched by the agent that is stored, and by no other.</summary>
    public Task<JsonElement> DemandMendedAsync(string vnf) => Patience.UntilAsync(
        () => MonitoringAsync(vnf),
        one => one.Items("vnfcs").All(vnfc => vnfc.Text("monitor") == "SET"
            && vnfc.Text("monitoring_agent") == one.Text("monitoring_agent")),
        "a monitor for every VM");

    public Task<JsonElement> MonitoringAsync(string vnf) => Rest.GetAsync(Lab.Monitoring(vnf));

    public async ValueTask DisposeAsync()
    {
        await Lab.DisposeAsync();
        await _listener.DisposeAsync();
    }

    private static bool IsOpen(JsonElement alarm) => alarm.Text("alarmClearedTime").Length == 0;

    private static string MigrationTo(string agent) =>
        $$"""{"monitoring_agent":"dmonaName://{{agent}}","key":"MONITORING_AGENT"}""";

    private async Task DemandAsync(HttpMethod method, string path, string? body)
    {
        var answer = await Rest.SendAsync(method, path, body);
        ((int)answer.Status).ShouldBeInRange((int)HttpStatusCode.OK, (int)HttpStatusCode.NoContent, answer.Text);
    }
}
