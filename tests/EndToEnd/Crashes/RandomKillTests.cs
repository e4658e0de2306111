using System.Net;
using EndToEnd.Harness;

namespace EndToEnd.Crashes;

/// <summary>
/// The server is killed at random instants while VNFs migrate, on a real disk, and started again; one of the VNFs is
/// made of processes, which must outlive it all.
/// </summary>
public sealed class RandomKillTests(ITestOutputHelper output)
{
    private const int Vnfs = 6;
    private const int LongestRunMilliseconds = 60;
    private const int MostSetsBeforeRefusal = 4;

    private static readonly string[] s_agents = ["local_mona", "dmona1", "dmona2"];
    private static readonly string[] s_requests = ["retry", "rollback", "fail"];

    private readonly Random _random = new(Seed);

    /// <summary>What goes wrong besides the kills.</summary>
    public enum Besides
    {
        /// <summary>Nothing.</summary>
        Nothing,

        /// <summary>An agent refuses a VM in each round; a client retries, rolls back or gives up.</summary>
        Refusals,

        /// <summary>An agent refuses a VM in each round; the VNFM itself rolls back.</summary>
        RefusalsWithTheFlag,
    }

    /// <summary>The normal run is short, and refuses nothing.</summary>
    public static TheoryData<Besides> Runs =>
        LongRun.IsOn ? [Besides.Nothing, Besides.Refusals, Besides.RefusalsWithTheFlag] : [Besides.Nothing];

    private static int Seed =>
        int.TryParse(Environment.GetEnvironmentVariable("WATCHKEEPER_SEED"), out var seed) ? seed : 20_251;

    [Theory]
    [MemberData(nameof(Runs))]
    public async Task Whatever_the_instant_every_migration_ends_by_the_table_and_every_state_is_told(Besides besides)
    {
        var kills = !LongRun.IsOn ? 20 : besides == Besides.Nothing ? 200 : 60;
        output.WriteLine($"{kills} kills, WATCHKEEPER_SEED={Seed}");
        var flag = besides == Besides.RefusalsWithTheFlag;
        await using var lab = await Lab.WithAgentsAsync(
            "--drills:allowed=true", $"--monitorMigration:terminalStateOnError={(flag ? "true" : "false")}");
        await using var listener = await CallbackListener.StartAsync();
        var simulated = await Task.WhenAll(Enumerable.Range(0, Vnfs).Select(_ => lab.DeployAsync("\"VMS\":2")));
        using var host = await HostVnf.DeployAsync(lab);
        await lab.Rest.SubscribeAsync(listener);
        string[] vnfs = [.. simulated, host.Id];
        var run = new Run(lab, [.. vnfs], new KilledMigrations(flag, vnfs), Rests: !flag);

        for (var kill = 0; kill < kills; kill++)
        {
            await MigrateUntilKilledAsync(run, besides);
            await lab.Server.StartAsync();
            await DemandTheTableAsync(run);
            host.DemandUntouched();
        }

        await EndAsync(run);
        var told = await DemandAllToldAsync(run, listener);
        output.WriteLine(told);
        LongRun.Note($"random kills, besides {besides}: {kills} kills, {told}");
        await host.TerminateAsync();
    }

    private async Task MigrateUntilKilledAsync(Run run, Besides besides)
    {
        if (besides == Besides.Nothing)
        {
            await EndAsync(run);
        }
        else
        {
            await RefuseOneAsync(run.Lab);
        }

        var asked = run.Vnfs.Select(vnf => AskAsync(run, vnf)).ToArray();
        await Task.Delay(
            TimeSpan.FromMilliseconds(_random.Next(LongestRunMilliseconds)),
            TimeProvider.System,
            TestContext.Current.CancellationToken);
        await run.Lab.Server.Process.KillAsync();
        await Task.WhenAll(asked);
    }

    // One alone: afterwards the reconciler can set what was refused.
    private async Task RefuseOneAsync(Lab lab)
    {
        var after = _random.Next(MostSetsBeforeRefusal);
        await Patience.UntilAsync(
            () => lab.Rest.SendAsync(
                HttpMethod.Put, "ext/drills/dmona2", $$$"""{"refuse-set":{"after":{{{after}}},"times":1}}"""),
            answer => answer.Status is HttpStatusCode.OK or HttpStatusCode.NoContent,
            "dmona2 to take a drill");
    }

    // The server may die before, while or after it answers: only an answered request must be known afterwards.
    private async Task AskAsync(Run run, string vnf)
    {
        var to = s_agents[_random.Next(s_agents.Length)];
        var request = s_requests[_random.Next(s_requests.Length)];
        try
        {
            if (run.Resting.TryGetValue(vnf, out var operation))
            {
                var taken = await run.Lab.Rest.SendAsync(
                    HttpMethod.Post, $"vnf_lcm_op_occs/{operation}/{request}");
                taken.Status.ShouldBeOneOf(HttpStatusCode.Accepted, HttpStatusCode.OK);
                return;
            }

            var answer = await run.Lab.Rest.PostAsync(
                Lab.Migrate(vnf), $$"""{"monitoring_agent":"dmonaName://{{to}}","key":"MONITORING_AGENT"}""");
            answer.Status.ShouldBe(HttpStatusCode.Accepted, answer.Text);
            run.Table.Accepted(answer.NewId, to);
        }
        catch (HttpRequestException)
        {
            // The server is dead; the next round asks again.
        }
    }

    private async Task DemandTheTableAsync(Run run)
    {
        var occurrences = await Patience.UntilAsync(
            () => run.Lab.Rest.AllAsync("vnf_lcm_op_occs"),
            all => all.All(one => one.Text("operationState") is "COMPLETED" or "FAILED" or "ROLLED_BACK"
                || (run.Rests && one.Text("operationState") == "FAILED_TEMP")),
            "the end of every operation");
        run.Resting.Clear();
        foreach (var vnf in run.Vnfs)
        {
            // A list leaves out what was asked, and why it rests.
            var last = occurrences.Last(one => one.Text("vnfInstanceId") == vnf);
            var newest = await run.Lab.Rest.GetAsync($"vnf_lcm_op_occs/{last.Text("id")}");
            if (newest.Text("operationState") == "FAILED_TEMP")
            {
                run.Resting[vnf] = newest.Text("id");
                output.WriteLine($"rests: {newest.GetProperty("error").Text("detail")}");
            }

            await DemandWatchedAsync(run.Lab, vnf, run.Table.AgentAfter(vnf, newest));
        }
    }

    // The reconciler and the agents need a moment; that they come there is the fact.
    private static async Task DemandWatchedAsync(Lab lab, string vnf, string agent)
    {
        var stored = await lab.Rest.GetAsync(Lab.Monitoring(vnf));
        stored.Text("monitoring_agent").ShouldBe($"dmonaName://{agent}", $"the agent that is stored for {vnf}");
        await Patience.UntilAsync(
            () => lab.Rest.GetAsync(Lab.Monitoring(vnf)),
            view => view.Items("vnfcs").All(vnfc =>
                vnfc.Text("monitor") == "SET" && vnfc.Text("monitoring_agent") == $"dmonaName://{agent}"),
            $"a monitor on {agent} for every VM of {vnf}");
    }

    // What rests is given up, so that its VNF takes another operation.
    private static async Task EndAsync(Run run)
    {
        foreach (var operation in run.Resting.Values)
        {
            var failed = await run.Lab.Rest.SendAsync(HttpMethod.Post, $"vnf_lcm_op_occs/{operation}/fail");
            failed.Status.ShouldBe(HttpStatusCode.OK, failed.Text);
        }

        run.Resting.Clear();
    }

    private static async Task<string> DemandAllToldAsync(Run run, CallbackListener listener)
    {
        var ledger = new NotificationLedger();
        var all = await run.Lab.Rest.AllAsync("vnf_lcm_op_occs");
        run.Table.AllAccepted.Except(all.Select(one => one.Text("id")), StringComparer.Ordinal)
            .ShouldBeEmpty("every accepted request is known");
        var migrations = all.Where(one => one.Text("operation") == "MONITORING_MIGRATION").ToArray();
        foreach (var (id, end) in migrations.Select(one => (one.Text("id"), one.Text("operationState"))))
        {
            // An end is entered once, so that nothing follows it.
            end.ShouldNotBe("FAILED_TEMP");
            while (ledger.StatesOf(id) is not [.., var last] || last != end)
            {
                ledger.Take(await listener.NextAsync($"{end} of {id}"));
            }
        }

        foreach (var one in migrations)
        {
            LcmWalk.Demand(ledger.StatesOf(one.Text("id")), one.Text("operationState"));
        }

        var ends = migrations.CountBy(one => one.Text("operationState")).Select(end => $"{end.Value} {end.Key}");
        return $"{migrations.Length} migrations ({string.Join(", ", ends)}), "
            + $"{ledger.Repeats} notifications came again";
    }

    /// <summary>One run: its server, its VNFs, and what is known of their migrations.</summary>
    /// <param name="Lab">The server and the agents.</param>
    /// <param name="Vnfs">The VNFs.</param>
    /// <param name="Table">What the error table says of them.</param>
    /// <param name="Rests">Whether FAILED_TEMP is a state to rest in, and not passed by the VNFM itself.</param>
    private sealed record Run(Lab Lab, ImmutableArray<string> Vnfs, KilledMigrations Table, bool Rests)
    {
        /// <summary>The migration of a VNF that rests in FAILED_TEMP.</summary>
        public Dictionary<string, string> Resting { get; } = new(StringComparer.Ordinal);
    }
}
