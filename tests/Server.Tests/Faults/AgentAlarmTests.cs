using Server.Tests.Agents;
using Server.Tests.Storage;
using Watchkeeper.Server.Agents;
using Watchkeeper.Server.Engine;
using Watchkeeper.Server.Faults;

namespace Server.Tests.Faults;

public sealed class AgentAlarmTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_lost_agent_is_one_alarm_until_it_is_back()
    {
        await using var rig = await new WatchRig().WithVmsAsync(3);
        var round = Round(rig);
        await round.LookAsync(Token);
        rig.Join("dmona1", rig.One, AgentState.Suspect);
        await round.LookAsync(Token);
        (await rig.Store.AlarmsAsync()).ShouldBe("");

        rig.Join("dmona1", rig.One, AgentState.Offline);
        await round.LookAsync(Token);
        await round.LookAsync(Token);

        var alarm = (await rig.Store.OpenAlarmsAsync("AGENT_LOST", Token)).ShouldHaveSingleItem();
        (alarm.Subject, alarm.Instance).ShouldBe(("dmona1", null));
        alarm.EventTime.ShouldBe(Samples.Noon);
        alarm.Details.ShouldBe(["dmona1 of site default is OFFLINE; 3 VMs were assigned to it"]);
        rig.Join("dmona1", rig.One, AgentState.Suspect);
        await Round(rig).LookAsync(Token);
        (await rig.Store.AlarmsAsync()).ShouldBe("AGENT_LOST!");
        rig.Join("dmona1", rig.One);
        await round.LookAsync(Token);
        (await rig.Store.AlarmsAsync()).ShouldBe("AGENT_LOST");
        (await rig.Store.ToldAlarmsAsync()).ShouldBe("AGENT_LOST +, AGENT_LOST -");
    }

    [Fact]
    public async Task Agents_that_go_and_come_together_are_told_in_one_commit_each()
    {
        var gate = new Gate();
        await using var rig = await new WatchRig(gate).WithVmsAsync(1);
        var round = Round(rig);
        var before = gate.Groups.Count;

        rig.Join("dmona1", rig.One, AgentState.Offline);
        rig.Join("dmona2", rig.Two, AgentState.Offline);
        await round.LookAsync(Token);
        (await rig.Store.AlarmsAsync()).ShouldBe("AGENT_LOST!, AGENT_LOST!");
        rig.Join("dmona1", rig.One);
        rig.Join("dmona2", rig.Two);
        await round.LookAsync(Token);

        (await rig.Store.AlarmsAsync()).ShouldBe("AGENT_LOST, AGENT_LOST");
        gate.Groups.Skip(before).ShouldBe([1, 1]);
    }

    [Fact]
    public async Task An_agent_that_is_forgotten_has_none_also_after_a_restart()
    {
        await using var rig = await new WatchRig().WithVmsAsync(1);
        rig.Join("dmona2", rig.Two, AgentState.Offline);
        await Round(rig).LookAsync(Token);
        (await rig.Store.AlarmsAsync()).ShouldBe("AGENT_LOST!");
        rig.Directory.Change("dmona2", agent => agent with { Way = null });
        await rig.Directory.ForgetAsync("dmona2", _ => Task.FromResult(false), Token);

        await Round(rig).LookAsync(Token);

        (await rig.Store.AlarmsAsync()).ShouldBe("AGENT_LOST");
    }

    private static LostAgentAlarms Round(WatchRig rig) => new(
        rig.Directory, rig.Assignments, rig.Store,
        new AlarmWriting(rig.Store, new Version7Ids(rig.Time), rig.Time));
}
