using System.Globalization;
using EndToEnd.Harness;

namespace EndToEnd.Storage;

/// <summary>A backup of a server at work, put back after more has happened.</summary>
public sealed class BackupTests : IAsyncLifetime
{
    private Lab _lab = null!;

    public async ValueTask InitializeAsync() => _lab = await Lab.WithAgentsAsync();

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Fact]
    public async Task After_a_restore_epochs_are_raised_above_what_agents_have_seen_and_one_agent_judges()
    {
        var vnf = await _lab.DeployAsync(""" "MONITORING_AGENT":"dmonaName://dmona1" """);
        var backup = _lab.Folder.In("backup");
        (await PerformAsync("--backup-to", backup)).ShouldBe(0);
        foreach (var agent in (string[])["dmona2", "dmona1", "dmona2"])
        {
            var body = $$"""{"monitoring_agent":"dmonaName://{{agent}}","key":"MONITORING_AGENT"}""";
            await _lab.DemandCompletedAsync(await _lab.BeginMigrateAsync(vnf, body));
        }

        var seen = await EpochAsync(vnf);

        // Not while it runs.
        (await PerformAsync("--restore-from", backup)).ShouldBe(1);
        await _lab.Server.StopAsync();
        (await PerformAsync("--restore-from", backup)).ShouldBe(0);
        await _lab.Server.StartAsync();

        // The backup's agent is dmona1, which has seen less than dmona2.
        await Patience.UntilAsync(
            () => EpochAsync(vnf), epoch => epoch > seen, "an epoch above the one that dmona2 has seen");
        await Patience.UntilAsync(
            async () => (await _lab.Rest.GetAsync(Lab.Monitoring(vnf))).Items("vnfcs"),
            vnfcs => vnfcs.All(vnfc =>
                vnfc.Text("monitor") == "SET" && vnfc.Text("monitoring_agent")
                    .EndsWith("://dmona1", StringComparison.Ordinal)),
            "every VM watched by dmona1");
        await Patience.UntilAsync(
            () => _lab.Rest.GetAsync("ext/monitoring_agents/dmona2"),
            agent => agent.Text("state") == "ONLINE" && agent.Text("monitors") == "0",
            "dmona2 without a monitor");
        await _lab.DemandCompletedAsync(await _lab.BeginMigrateAsync(
            vnf, """{"monitoring_agent":"dmonaName://dmona2","key":"MONITORING_AGENT"}"""));
        await _lab.DemandWatchedByAsync(vnf, "dmona2");
    }

    private async Task<long> EpochAsync(string vnf) => (await _lab.Rest.GetAsync(Lab.Monitoring(vnf)))
        .Items("vnfcs").Min(vnfc => long.Parse(vnfc.Text("epoch"), CultureInfo.InvariantCulture));

    private async Task<int> PerformAsync(string verb, string folder)
    {
        await using var process = ChildProcess.Start(
            verb, Programs.Server, _lab.Folder, "--data", _lab.Server.Data, verb, folder);
        return await process.ExitedAsync();
    }
}
