using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Monitoring.Protocol;
using Watchkeeper.Server.Agents;

namespace Server.Tests.Agents;

/// <summary>What the watch of the leases stores of agents, and what it makes of what is stored.</summary>
public sealed class StoredAgentTests : IDisposable
{
    private readonly LinkRig _rig = new();

    public StoredAgentTests() => _rig.WatchLeases();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void A_store_that_hangs_keeps_no_other_loss_from_being_told()
    {
        _rig.Registry.Rows["dmona2"] = new("dmona2", "s", 5, "1", [], true, default, default);
        _ = _rig.Do(() => _rig.Directory.LoadAsync(CancellationToken.None));
        var agent = _rig.Online();
        _rig.Registry.Held = new TaskCompletionSource();
        agent.Break();
        _rig.Pass(2 * AgentLife.ReturnWithin);
        _rig.Events.LostAgents.ShouldBe(["dmona1"]);

        _rig.Pass(AgentLife.ReturnAfterStart);
        _rig.Events.LostAgents.ShouldBe(["dmona1", "dmona2"]);
        _rig.Registry.Rows.Clear();

        _rig.Do(_rig.Registry.Held.SetResult);
        _rig.Registry.Rows.Keys.ShouldBe(["dmona1", "dmona2"], ignoreOrder: true);
    }

    [Fact]
    public void When_an_agent_was_last_seen_is_stored_while_it_is_there_for_the_manager_may_be_the_first_to_go()
    {
        var agent = _rig.Online();
        _rig.Registry.Rows.Clear();
        var from = _rig.Time.GetUtcNow();

        for (var passed = TimeSpan.Zero; passed < LeaseWatch.StoreEvery; passed += AgentLimits.Heartbeat)
        {
            agent.Beat();
            agent.Received<ServerMessage.HeartbeatAck>();
            _rig.Pass(AgentLimits.Heartbeat);
        }

        _rig.Registry.Rows["dmona1"].LastSeen.ShouldBe(
            from + LeaseWatch.StoreEvery, tolerance: 2 * AgentLimits.Heartbeat);
    }

    [Fact]
    public void Agents_that_a_restarted_manager_knows_have_a_while_to_come_back()
    {
        _rig.Registry.Rows["dmona2"] = new("dmona2", "s", 5, "1", [], true, default, default);
        _ = _rig.Do(() => _rig.Directory.LoadAsync(CancellationToken.None));
        _rig.State("dmona2").ShouldBe(AgentState.Suspect);
        _rig.Directory.Find("dmona2")!.IsDraining.ShouldBeTrue();

        _rig.Pass(AgentLife.ReturnAfterStart - TimeSpan.FromMilliseconds(5));
        _rig.Events.LostAgents.ShouldBeEmpty();
        _rig.Pass(TimeSpan.FromMilliseconds(10));

        _rig.Events.LostAgents.ShouldBe(["dmona2"]);
    }
}
