using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Monitoring.Protocol;
using Watchkeeper.Server.Agents;

namespace Server.Tests.Agents;

public sealed class LeaseTests : IDisposable
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(5);

    private readonly LinkRig _rig = new();

    public LeaseTests() => _rig.WatchLeases();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void A_silent_agent_is_suspect_then_offline_and_lost_once()
    {
        var agent = _rig.Online();
        agent.Beat();

        _rig.Pass(AgentLife.SuspectAfter - Moment);
        _rig.State().ShouldBe(AgentState.Online);
        _rig.Pass(2 * Moment);
        _rig.State().ShouldBe(AgentState.Suspect);

        _rig.Pass(AgentLife.LostAfter - AgentLife.SuspectAfter);
        _rig.State().ShouldBe(AgentState.Offline);
        agent.IsEnded.ShouldBeTrue();
        _rig.Pass(TimeSpan.FromSeconds(10));
        _rig.Events.LostAgents.ShouldBe(["dmona1"]);
    }

    [Fact]
    public void An_agent_that_comes_back_and_goes_before_it_is_ready_is_lost_again()
    {
        var agent = _rig.Online();
        agent.Break();
        _rig.Pass(2 * AgentLife.ReturnWithin);
        _rig.Events.LostAgents.ShouldBe(["dmona1"]);
        var again = _rig.Connect();
        again.Join(Some.Hello(token: null, key: Some.Key));

        again.Break();

        _rig.State().ShouldBe(AgentState.Offline);
        _rig.Events.LostAgents.ShouldBe(["dmona1", "dmona1"]);
    }

    [Fact]
    public void An_agent_that_comes_back_and_falls_silent_before_it_is_ready_is_lost_again()
    {
        _rig.Online().Break();
        _rig.Pass(2 * AgentLife.ReturnWithin);
        _rig.Events.Held = new TaskCompletionSource();
        var again = _rig.Connect();
        again.Join(Some.Hello());
        again.Ask();

        _rig.Pass(2 * AgentLife.LostAfter);

        _rig.State().ShouldBe(AgentState.Offline);
        again.IsEnded.ShouldBeTrue();
        _rig.Events.LostAgents.ShouldBe(["dmona1", "dmona1"]);
    }

    [Fact]
    public void A_session_that_only_beats_and_never_asks_is_lost_and_ended()
    {
        var agent = _rig.Online();
        agent.Break();
        var mute = _rig.Connect();
        mute.Join(Some.Hello());

        BeatFor(mute, LinkLimits.JoinWait - AgentLimits.Heartbeat);
        _rig.State().ShouldBe(AgentState.Suspect);
        mute.IsEnded.ShouldBeFalse();
        _rig.Pass(2 * AgentLimits.Heartbeat);

        _rig.State().ShouldBe(AgentState.Offline);
        mute.IsEnded.ShouldBeTrue();
        _rig.Events.LostAgents.ShouldBe(["dmona1"]);
    }

    [Fact]
    public void Sessions_one_after_the_other_that_never_get_ready_do_not_put_the_loss_off()
    {
        _rig.Online().Break();
        for (var left = LinkLimits.JoinWait; left > TimeSpan.Zero; left -= TimeSpan.FromSeconds(0.5))
        {
            _rig.State().ShouldBe(AgentState.Suspect);
            var mute = _rig.Connect();
            mute.Join(Some.Hello());
            _rig.Pass(TimeSpan.FromSeconds(0.5));
            mute.Break();
        }

        _rig.State().ShouldBe(AgentState.Offline);
        _rig.Events.LostAgents.ShouldBe(["dmona1"]);
    }

    [Fact]
    public void An_agent_whose_question_the_store_holds_up_is_not_lost_for_that()
    {
        _rig.Events.Held = new TaskCompletionSource();
        var agent = _rig.Connect();
        agent.Join(Some.Hello());
        agent.Ask();

        BeatFor(agent, 3 * LinkLimits.JoinWait);
        agent.IsEnded.ShouldBeFalse();
        _rig.Do(_rig.Events.Held.SetResult);

        _rig.State().ShouldBe(AgentState.Online);
    }

    [Fact]
    public void Heartbeats_keep_an_agent_online_and_bring_a_suspect_back()
    {
        var agent = _rig.Online();
        for (var beat = 0; beat < 50; beat++)
        {
            agent.Beat();
            _rig.Pass(AgentLimits.Heartbeat);
            _rig.State().ShouldBe(AgentState.Online);
            agent.Received<ServerMessage.HeartbeatAck>();
        }

        _rig.Pass(TimeSpan.FromMilliseconds(700));
        _rig.State().ShouldBe(AgentState.Suspect);
        agent.Beat();
        _rig.State().ShouldBe(AgentState.Online);
        var view = _rig.Directory.Find("dmona1")!;
        (view.Monitors, view.ProbesPerSecond).ShouldBe((7, 2.5));
        _rig.Events.LostAgents.ShouldBeEmpty();
    }

    [Fact]
    public void A_call_in_flight_ends_when_the_lease_does()
    {
        var agent = _rig.Online();
        agent.Beat();
        var call = _rig.Do(() => _rig.Directory.Reach("dmona1").SetAsync([Some.Assignment(1)], CancellationToken.None));

        _rig.Pass(AgentLife.LostAfter - Moment);
        call.IsCompleted.ShouldBeFalse();
        _rig.Pass(2 * Moment);

        call.Exception!.InnerException.ShouldBeOfType<AgentLostException>();
    }

    [Fact]
    public void A_broken_link_makes_suspect_at_once_and_lost_a_lease_later()
    {
        var agent = _rig.Online();

        agent.Break();
        _rig.State().ShouldBe(AgentState.Suspect);
        _rig.Pass(AgentLife.ReturnWithin - Moment);
        _rig.State().ShouldBe(AgentState.Suspect);
        _rig.Pass(2 * Moment);

        _rig.State().ShouldBe(AgentState.Offline);
        _rig.Events.LostAgents.ShouldBe(["dmona1"]);
        _rig.Registry.Rows["dmona1"].LastSeen.ShouldBe(DateTimeOffset.UnixEpoch);
    }

    [Fact]
    public void An_agent_that_is_back_within_a_lease_was_never_lost()
    {
        var agent = _rig.Online();
        agent.Break();
        _rig.Pass(TimeSpan.FromMilliseconds(900));

        var back = _rig.Online(Some.Hello(key: Some.Key));
        _rig.Pass(TimeSpan.FromMilliseconds(700));
        back.Beat();
        _rig.Pass(TimeSpan.FromMilliseconds(700));

        _rig.State().ShouldBe(AgentState.Online);
        _rig.Events.LostAgents.ShouldBeEmpty();
    }

    [Fact]
    public void What_was_heard_after_the_manager_stood_still_is_not_excused_into_the_future()
    {
        _rig.Online().Break();
        var agent = _rig.Directory.Known("dmona1")!;
        var now = agent.HeardAt + 5;

        var excused = agent.Excused(ticks: 1_000_000, now);

        (excused.HeardAt, excused.UnreadySince).ShouldBe((now, now));
        agent.Excused(ticks: 2, now).HeardAt.ShouldBe(now - 3);
    }

    [Fact]
    public void A_lost_agent_that_comes_back_can_be_lost_again()
    {
        var agent = _rig.Online();
        agent.Break();
        _rig.Pass(TimeSpan.FromSeconds(2));
        _rig.State().ShouldBe(AgentState.Offline);

        var back = _rig.Online(Some.Hello(key: Some.Key));
        _rig.State().ShouldBe(AgentState.Online);
        back.Break();
        _rig.Pass(TimeSpan.FromSeconds(2));

        _rig.Events.LostAgents.ShouldBe(["dmona1", "dmona1"]);
    }

    [Fact]
    public void What_an_old_session_still_says_is_void()
    {
        var old = _rig.Online();
        old.Beat();
        _rig.Pass(TimeSpan.FromSeconds(2));
        _rig.State().ShouldBe(AgentState.Offline);

        old.Beat(Some.Report(1));

        _rig.State().ShouldBe(AgentState.Offline);
        _rig.Events.Reported.ShouldBeEmpty();
    }

    [Fact]
    public void A_manager_that_slept_does_not_take_its_own_silence_for_the_agents()
    {
        var agent = _rig.Online();
        agent.Beat();

        _rig.Time.Jump(TimeSpan.FromSeconds(30));
        _rig.Pass(TimeSpan.FromMilliseconds(100));
        _rig.Events.LostAgents.ShouldBeEmpty();

        _rig.Pass(AgentLife.LostAfter);
        _rig.Events.LostAgents.ShouldBe(["dmona1"]);
    }

    private void BeatFor(ScriptedAgent agent, TimeSpan span)
    {
        for (var passed = TimeSpan.Zero; passed < span; passed += AgentLimits.Heartbeat)
        {
            agent.Beat();
            agent.Received<ServerMessage.HeartbeatAck>();
            _rig.Pass(AgentLimits.Heartbeat);
        }
    }

    [Fact]
    public void The_local_mona_comes_first_and_is_always_online()
    {
        _rig.Online(Some.Hello("aaa"));
        _rig.Directory.AddLocal(new FakeEngine(), 20_000, "1.2.3", "default");

        _rig.Pass(TimeSpan.FromSeconds(5));

        _rig.Directory.All().Select(agent => (agent.Name, agent.Kind, agent.State)).ShouldBe(
        [
            ("local_mona", AgentKind.Local, AgentState.Online),
            ("aaa", AgentKind.Distributed, AgentState.Offline),
        ]);
    }
}
