using EndToEnd.Harness;

namespace EndToEnd.Agents;

/// <summary>An agent is killed and started again on its own data folder.</summary>
public sealed class RestartedAgentTests
{
    [Fact]
    public async Task A_restarted_agent_asks_first_and_probes_nothing_that_was_moved_meanwhile()
    {
        await using var stage = await AgentsStage.StartAsync(resumeAfter: "20");
        await stage.FirstAgent.KillAsync();
        var killed = stage.Witness.Now;
        await stage.MigrateAsync("dmona2");

        await stage.Lab.JoinAsync("dmona1", AgentsStage.FirstOptions("20"));
        await stage.DemandAgentAsync("dmona1", "ONLINE", monitors: "0");
        await stage.Witness.AskedAllAsync(AgentsStage.Second, stage.Vms, stage.Witness.Now);
        await AgentsStage.PassAsync(AgentsStage.Polls);

        stage.Witness.Of(AgentsStage.First, stage.Vms, since: killed).ShouldBeEmpty();
        await stage.Lab.DemandWatchedByAsync(stage.Vnf, "dmona2");
    }

    [Fact]
    public async Task While_the_server_is_away_a_restarted_agent_watches_from_its_own_file_and_reports_when_it_is_back()
    {
        await using var stage = await AgentsStage.StartAsync(resumeAfter: "1");
        await stage.Lab.Server.Process.KillAsync();
        await stage.Lab.Server.Process.DisposeAsync();
        await stage.FirstAgent.KillAsync();
        var killed = stage.Witness.Now;

        var again = stage.Lab.Begin("dmona1", AgentsStage.FirstOptions("1"));
        await stage.Witness.AskedAllAsync(AgentsStage.First, stage.Vms, killed);
        var first = stage.Witness.Of(AgentsStage.First, stage.Vms, killed)[0];
        (first.At - killed).ShouldBeGreaterThan(TimeSpan.FromSeconds(1), "it waits for an answer first");

        await stage.Lab.Server.StartAsync();
        (await again.ReadyAsync()).ShouldBe("dmona1");
        await stage.DemandAgentAsync("dmona1", "ONLINE", monitors: "4");
        await stage.Lab.DemandWatchedByAsync(stage.Vnf, "dmona1");
        (await stage.VerdictsAsync()).ShouldAllBe(verdict => verdict.Text("status") == "SUCCESS");
    }
}
