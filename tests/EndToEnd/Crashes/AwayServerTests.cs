using EndToEnd.Agents;
using EndToEnd.Harness;

namespace EndToEnd.Crashes;

/// <summary>The server is killed between unset and set, and stays away.</summary>
public sealed class AwayServerTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Away = LongRun.IsOn ? TimeSpan.FromSeconds(60) : TimeSpan.FromSeconds(8);

    // monitorMigration.unsetHold as it is by default, and POLL_SECONDS of the VNF.
    private static readonly TimeSpan UnsetHold = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);

    // What a machine that is busy with other things may add. A sleeper that waits for anything longer than its hold
    // (a lease, the reconciler, the server itself) would still be late by more than this.
    private static readonly TimeSpan BusyMachine = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task Who_watched_before_wakes_and_watches_until_the_server_is_back_and_moves_the_watch()
    {
        await using var stage = await AgentsStage.StartAsync(resumeAfter: "20", "--drills:allowed=true");
        var server = stage.Lab.Server;
        (await stage.Lab.Rest.SendAsync(
            HttpMethod.Put, "ext/drills/server", """{"crashAt":{"at":"after:unset-monitor"}}"""))
            .Text.ShouldContain("crashAt");
        var operation = await stage.Lab.BeginMigrateAsync(
            stage.Vnf, """{"monitoring_agent":"dmonaName://dmona2","key":"MONITORING_AGENT"}""");
        await server.Process.ExitedAsync();
        await server.Process.DisposeAsync();
        var died = stage.Witness.Now;

        await stage.Witness.AskedAllAsync(AgentsStage.First, stage.Vms, died);
        var first = stage.Vms.Max(vm => stage.Witness.Of(AgentsStage.First, [vm], died)[0].At);
        var told = $"the last VM was probed again {(first - died).TotalSeconds:0.00} s after the kill";
        output.WriteLine(told);
        LongRun.Note($"server away for {Away.TotalSeconds} s between unset and set: {told}");

        // Elsewhere a test says nothing about time. Here the time is the promise: nobody but the sleeper itself is left
        // to keep it, and one that wakes too late looks in the end like one that wakes in time.
        (first - died).ShouldBeLessThan(UnsetHold + Poll + BusyMachine, told);
        var left = Away - (stage.Witness.Now - died);
        await AgentsStage.PassAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero);
        stage.Witness.Of(AgentsStage.Second, stage.Vms, died).ShouldBeEmpty("one judge per VM");

        await server.StartAsync();
        await stage.Lab.DemandCompletedAsync(operation);
        await stage.Lab.DemandWatchedByAsync(stage.Vnf, "dmona2");
        var moved = stage.Witness.Now;
        await stage.Witness.AskedAllAsync(AgentsStage.Second, stage.Vms, moved);
        await AgentsStage.PassAsync(AgentsStage.Polls);
        stage.Witness.Of(AgentsStage.First, stage.Vms, moved).ShouldBeEmpty();
        (await stage.VerdictsAsync()).ShouldAllBe(verdict => verdict.Text("status") == "SUCCESS");
    }
}
