using System.Text.Json;
using EndToEnd.Harness;

namespace EndToEnd.Agents;

/// <summary>An agent's process is stopped (SIGSTOP), loses its targets, and goes on as if nothing had been.</summary>
public sealed class StoppedAgentTests
{
    // Past the lease (1 s), OFFLINE and the hold of a sleeper (5 s).
    private static readonly TimeSpan Stop = LongRun.IsOn ? TimeSpan.FromSeconds(30) : TimeSpan.FromSeconds(6);

    [Theory]
    [InlineData(true, TestDisplayName = "Stopped while its targets are moved")]
    [InlineData(false, TestDisplayName = "Stopped after its targets were moved")]
    public async Task A_stopped_agent_that_goes_on_asks_before_it_probes_what_was_moved_meanwhile(bool isStoppedFirst)
    {
        await using var stage = await AgentsStage.StartAsync(resumeAfter: "20");
        if (!isStoppedFirst)
        {
            await stage.MigrateAsync("dmona2");
        }

        stage.FirstAgent.SendStop();
        var stopped = stage.Witness.Now;
        if (isStoppedFirst)
        {
            await stage.MigrateAsync("dmona2");
        }

        await stage.DemandAgentAsync("dmona1", "OFFLINE");
        await stage.Witness.AskedAllAsync(AgentsStage.Second, stage.Vms, stopped);

        // The stopped agent takes this VM for alive, its new one finds it down: whatever of the stopped one is accepted
        // later shows as a verdict that the VM is back.
        var victim = (await stage.MonitoringAsync()).Items("vnfcs")[0].Text("vnfcInstanceId");
        await stage.SwitchAsync(victim, "off");
        var verdicts = await stage.DemandVerdictAsync(victim, "FAILURE");
        verdicts[^1].Text("agent").ShouldBe("dmona2");
        var left = Stop - (stage.Witness.Now - stopped);
        await AgentsStage.PassAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero);

        var goesOn = stage.Witness.Now;
        stage.FirstAgent.SendContinue();
        await stage.DemandAgentAsync("dmona1", "ONLINE", monitors: "0");
        await AgentsStage.PassAsync(AgentsStage.Polls);

        stage.Witness.Of(AgentsStage.First, stage.Vms, goesOn).ShouldBeEmpty("probes of targets that were moved");
        stage.Witness.Of(AgentsStage.Second, stage.Vms, goesOn).ShouldNotBeEmpty();
        (await stage.VerdictsAsync()).Select(Short).ShouldBe(verdicts.Select(Short), "verdicts accepted since");
        (await StateOfAsync(stage, victim)).ShouldBe("VM_ERROR_STATE");
        await stage.Lab.DemandWatchedByAsync(stage.Vnf, "dmona2");

        // Its own agent is still heard.
        await stage.SwitchAsync(victim, "on");
        verdicts = await stage.DemandVerdictAsync(victim, "SUCCESS");
        verdicts[^1].Text("agent").ShouldBe("dmona2");
        stage.FirstAgent.HasExited.ShouldBeFalse();
        LongRun.Note($"agent stopped for {Stop.TotalSeconds} s: no probe of what was moved, no verdict accepted");
    }

    [Fact]
    public async Task A_stopped_agent_that_lost_nothing_goes_on_watching_and_takes_nothing_for_down()
    {
        await using var stage = await AgentsStage.StartAsync(resumeAfter: "20");

        stage.FirstAgent.SendStop();
        await stage.DemandAgentAsync("dmona1", "OFFLINE");
        var goesOn = stage.Witness.Now;
        stage.FirstAgent.SendContinue();
        await stage.DemandAgentAsync("dmona1", "ONLINE", monitors: "4");
        await stage.Witness.AskedAllAsync(AgentsStage.First, stage.Vms, goesOn);
        await AgentsStage.PassAsync(AgentsStage.Polls);

        (await stage.VerdictsAsync()).ShouldAllBe(verdict => verdict.Text("status") == "SUCCESS");
        await stage.Lab.DemandWatchedByAsync(stage.Vnf, "dmona1");
    }

    private static async Task<string> StateOfAsync(AgentsStage stage, string vnfc) =>
        (await stage.MonitoringAsync()).Items("vnfcs").Single(one => one.Text("vnfcInstanceId") == vnfc).Text("state");

    private static string Short(JsonElement verdict) =>
        $"{verdict.Text("id")}: {verdict.Text("status")} by {verdict.Text("agent")}";
}
