using System.Net;
using System.Text.Json;
using EndToEnd.Harness;

namespace EndToEnd.Crashes;

/// <summary>A server that can be told to kill itself at a journal point, with a subscriber that outlives it.</summary>
public abstract class KillStage(bool terminalStateOnError) : IAsyncLifetime
{
    private Lab? _lab;
    private CallbackListener? _listener;

    internal Lab Lab => _lab ?? throw new InvalidOperationException("Not started.");

    internal NotificationLedger Ledger { get; } = new();

    public async ValueTask InitializeAsync()
    {
        var flag = terminalStateOnError ? "true" : "false";
        _lab = await Lab.WithAgentsAsync(
            "--drills:allowed=true", $"--monitorMigration:terminalStateOnError={flag}");
        _listener = await CallbackListener.StartAsync();
        await Lab.Rest.SubscribeAsync(_listener);
    }

    public async ValueTask DisposeAsync()
    {
        await Lab.DisposeAsync();
        if (_listener is not null)
        {
            await _listener.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>
    /// Switches drills of the server or an agent; null switches all off. After a restart an agent is back in a moment.
    /// </summary>
    internal Task DrillAsync(string who, string? drills) => Patience.UntilAsync(
        () => Lab.Rest.SendAsync(
            drills is null ? HttpMethod.Delete : HttpMethod.Put, $"ext/drills/{who}", drills),
        answer => (int)answer.Status is >= 200 and <= 204,
        $"{who} to take {drills ?? "no drills"}");

    /// <summary>Asks for something that kills the server at a journal point, and starts it again.</summary>
    /// <param name="point">Where.</param>
    /// <param name="ask">What is asked.</param>
    /// <param name="fails">What else fails on purpose on this server, as a member of a drill. The server that is
    /// started again knows nothing of it.</param>
    internal async Task KilledAtAsync(string point, Func<Task> ask, string fails = "")
    {
        var more = fails.Length > 0 ? fails + "," : "";
        await DrillAsync("server", $$$"""{{{{more}}}"crashAt":{"at":"{{{point}}}"}}""");
        try
        {
            await ask();
        }
        catch (HttpRequestException)
        {
            // It died before it answered.
        }

        await Lab.Server.Process.ExitedAsync();
        await Lab.Server.Process.DisposeAsync();
        await Lab.Server.StartAsync();
    }

    /// <summary>The newest occurrence of a VNF, as soon as it rests or has ended.</summary>
    internal Task<JsonElement> EndOfLastAsync(string vnf) => Patience.UntilAsync(
        async () => (await Lab.Rest.AllAsync($"vnf_lcm_op_occs?filter=(eq,vnfInstanceId,{vnf})"))[^1],
        one => one.Text("operationState") is "COMPLETED" or "FAILED" or "ROLLED_BACK"
            || (!terminalStateOnError && one.Text("operationState") == "FAILED_TEMP"),
        $"the end of the last operation of {vnf}");

    /// <summary>Demands that every VM is watched by the agent that is stored, and that this is the named one.</summary>
    internal async Task DemandWatchedByAsync(string vnf, string agent)
    {
        var view = await Patience.UntilAsync(
            () => Lab.Rest.GetAsync(Lab.Monitoring(vnf)),
            one => one.Items("vnfcs").All(vnfc => vnfc.Text("monitor") == "SET"
                && vnfc.Text("monitoring_agent") == one.Text("monitoring_agent")),
            $"a monitor for every VM of {vnf}");
        view.Text("monitoring_agent").ShouldBe($"dmonaName://{agent}");
    }

    /// <summary>
    /// Demands what the subscriber was told of an operation: these states, in order, each once or repeated.
    /// </summary>
    internal async Task DemandToldAsync(string operation, params string[] states)
    {
        while (Ledger.StatesOf(operation) is not [.., var last] || last != states[^1] || Count() < states.Length)
        {
            Ledger.Take(await _listener!.NextAsync($"{states[^1]} of {operation}"));
        }

        Ledger.StatesOf(operation).ShouldBe(states);

        int Count() => Ledger.StatesOf(operation).Count;
    }

    /// <summary>A migration that rests, since the new agent refused its second VM; it refuses nothing any
    /// more.</summary>
    internal async Task<string> RestingAsync(string vnf, string to)
    {
        await DrillAsync(to, """{"refuse-set":{"after":1}}""");
        await Migration(vnf, to)();
        var rests = await EndOfLastAsync(vnf);
        rests.Text("operationState").ShouldBe("FAILED_TEMP", rests.GetRawText());
        await DrillAsync(to, null);
        return rests.Text("id");
    }

    /// <summary>Asks for retry, rollback or fail.</summary>
    internal async Task<HttpStatusCode> AskAsync(string operation, string task) =>
        (await Lab.Rest.SendAsync(HttpMethod.Post, $"vnf_lcm_op_occs/{operation}/{task}")).Status;

    /// <summary>Both sides of commits, as a drill names them.</summary>
    internal static IEnumerable<string> Points(params string[] commits) =>
        commits.SelectMany(commit => (string[])[$"before:{commit}", $"after:{commit}"]);

    /// <summary>A migration that is asked for.</summary>
    internal Func<Task> Migration(string vnf, string to) => async () =>
    {
        var answer = await Lab.Rest.PostAsync(
            Lab.Migrate(vnf), $$"""{"monitoring_agent":"dmonaName://{{to}}","key":"MONITORING_AGENT"}""");
        answer.Status.ShouldBe(HttpStatusCode.Accepted, answer.Text);
    };
}
