using System.Net;
using System.Text.Json;
using EndToEnd.Harness;

namespace EndToEnd.Crashes;

/// <summary>
/// The server is killed at random instants while VNFs migrate, on a real disk, and started again; one of the VNFs is
/// made of processes, which must outlive it all.
/// </summary>
public sealed class RandomKillTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Vnfs = 6;
    private const int LongestRunMilliseconds = 60;

    private static readonly string[] s_agents = ["local_mona", "dmona1", "dmona2"];

    private readonly Random _random = new(Seed);
    private readonly NotificationLedger _ledger = new();
    private readonly HashSet<string> _accepted = new(StringComparer.Ordinal);
    private Lab _lab = null!;
    private CallbackListener _listener = null!;

    /// <summary>Kills in one run: few in the normal one, many with WATCHKEEPER_LONG=1.</summary>
    private static int Kills => LongRun.IsOn ? 200 : 20;

    private static int Seed =>
        int.TryParse(Environment.GetEnvironmentVariable("WATCHKEEPER_SEED"), out var seed) ? seed : 20_251;

    public async ValueTask InitializeAsync()
    {
        _lab = await Lab.WithAgentsAsync();
        _listener = await CallbackListener.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _lab.DisposeAsync();
        await _listener.DisposeAsync();
    }

    [Fact]
    public async Task Whatever_the_instant_every_migration_ends_and_every_state_is_told()
    {
        output.WriteLine($"{Kills} kills, WATCHKEEPER_SEED={Seed}");
        var simulated = await Task.WhenAll(Enumerable.Range(0, Vnfs).Select(_ => _lab.DeployAsync("\"VMS\":2")));
        using var host = await HostVnf.DeployAsync(_lab);
        string[] vnfs = [.. simulated, host.Id];
        await _lab.Rest.SubscribeAsync(_listener);

        for (var kill = 0; kill < Kills; kill++)
        {
            await MigrateUntilKilledAsync(vnfs);
            await _lab.Server.StartAsync();
            await DemandAllEndedAsync();
            foreach (var vnf in vnfs)
            {
                await DemandWatchedAsync(vnf);
            }

            host.DemandUntouched();
        }

        await DemandAllToldAsync();
        await host.TerminateAsync();
    }

    private async Task MigrateUntilKilledAsync(string[] vnfs)
    {
        var asked = vnfs.Select(AskAsync).ToArray();
        await Task.Delay(
            TimeSpan.FromMilliseconds(_random.Next(LongestRunMilliseconds)),
            TimeProvider.System,
            TestContext.Current.CancellationToken);
        await _lab.Server.Process.KillAsync();
        await Task.WhenAll(asked);
    }

    // The server may die before, while or after it answers: only an answered request must be known afterwards.
    private async Task AskAsync(string vnf)
    {
        var to = s_agents[_random.Next(s_agents.Length)];
        try
        {
            var answer = await _lab.Rest.PostAsync(
                Lab.Migrate(vnf), $$"""{"monitoring_agent":"dmonaName://{{to}}","key":"MONITORING_AGENT"}""");
            answer.Status.ShouldBe(HttpStatusCode.Accepted, answer.Text);
            lock (_accepted)
            {
                _accepted.Add(answer.NewId);
            }
        }
        catch (HttpRequestException)
        {
            // The server is dead; the next round asks again.
        }
    }

    private async Task DemandAllEndedAsync()
    {
        var occurrences = await Patience.UntilAsync(
            () => _lab.Rest.AllAsync("vnf_lcm_op_occs"),
            all => all.All(one =>
                one.Text("operationState") is "COMPLETED" or "FAILED_TEMP" or "FAILED" or "ROLLED_BACK"),
            "the end of every operation");
        foreach (var resting in occurrences.Where(one => one.Text("operationState") == "FAILED_TEMP"))
        {
            // A list leaves out why.
            var whole = await _lab.Rest.GetAsync($"vnf_lcm_op_occs/{resting.Text("id")}");
            var why = whole.GetProperty("error").Text("detail");
            output.WriteLine($"rests: {why}");
            LongRun.Note($"random kills: a migration rests: {why}");
            var failed = await _lab.Rest.SendAsync(
                HttpMethod.Post, $"vnf_lcm_op_occs/{resting.Text("id")}/fail");
            failed.Status.ShouldBe(HttpStatusCode.OK, failed.Text);
        }
    }

    // The reconciler and the agents need a moment; that they come there is the fact.
    private Task<JsonElement> DemandWatchedAsync(string vnf) => Patience.UntilAsync(
        () => _lab.Rest.GetAsync(Lab.Monitoring(vnf)),
        view => view.Items("vnfcs").All(vnfc =>
            vnfc.Text("monitor") == "SET" && vnfc.Text("monitoring_agent") == view.Text("monitoring_agent")),
        $"a monitor on the stored agent for every VM of {vnf}");

    private async Task DemandAllToldAsync()
    {
        var occurrences = await AllOccurrencesAsync();
        _accepted.Except(occurrences.Keys, StringComparer.Ordinal).ShouldBeEmpty("every accepted request is known");
        var migrations = occurrences.Where(one => one.Value.Operation == "MONITORING_MIGRATION").ToArray();
        while (migrations.Any(one => _ledger.StatesOf(one.Key) is not [.., var last] || last != one.Value.State))
        {
            _ledger.Take(await _listener.NextAsync("the last states of all migrations"));
        }

        foreach (var (id, (_, state)) in migrations)
        {
            string[] expected = state == "COMPLETED"
                ? ["STARTING", "PROCESSING", "COMPLETED"]
                : ["STARTING", "PROCESSING", "FAILED_TEMP", state];
            _ledger.StatesOf(id).ShouldBe(expected, id);
        }

        var told = $"{Kills} kills, {migrations.Length} migrations, {_ledger.Repeats} notifications came again";
        output.WriteLine(told);
        LongRun.Note($"random kills: {told}");
    }

    private async Task<Dictionary<string, (string Operation, string State)>> AllOccurrencesAsync()
    {
        var all = await _lab.Rest.AllAsync("vnf_lcm_op_occs");
        return all.ToDictionary(
            one => one.Text("id"),
            one => (one.Text("operation"), one.Text("operationState")),
            StringComparer.Ordinal);
    }
}
