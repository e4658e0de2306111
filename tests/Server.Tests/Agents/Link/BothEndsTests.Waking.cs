using Watchkeeper.Monitoring.Protocol;
using Watchkeeper.Server.Agents;

namespace Server.Tests.Agents.Link;

/// <content>An agent that starts, or wakes, asks before it fires; and does not wait for ever.</content>
public sealed partial class BothEndsTests
{
    [Fact]
    public void An_engine_whose_clock_jumped_is_paused_although_an_earlier_answer_let_it_go_on_meanwhile()
    {
        Start();
        _rig.Events.Held = new TaskCompletionSource();

        // The engine paused itself, and the earlier answer opened the gate in between.
        _rig.Do(() =>
        {
            _engine.Unpause();
            _engine.ClockJumped!();
        });

        _engine.IsPaused.ShouldBeTrue();
        _rig.Do(_rig.Events.Held.SetResult);
        _engine.IsPaused.ShouldBeFalse();
    }

    [Fact]
    public void An_agent_that_can_not_ask_watches_from_its_own_file_after_a_second()
    {
        _dialer.IsDown = true;
        Start();
        _rig.Pass(LinkLimits.ResumeAfter - TimeSpan.FromMilliseconds(1));
        _engine.IsPaused.ShouldBeTrue();

        _rig.Pass(TimeSpan.FromMilliseconds(2));
        _engine.IsPaused.ShouldBeFalse();

        _dialer.IsDown = false;
        _rig.Pass(LinkLimits.LongestBackOff);
        _rig.State().ShouldBe(AgentState.Online);
        _engine.ToldAll.ShouldBe(1);
    }

    [Fact]
    public void A_woken_agent_asks_again_before_it_fires()
    {
        Start();
        _rig.Events.Held = new TaskCompletionSource();
        Jump();
        _engine.IsPaused.ShouldBeTrue();

        _rig.Do(_rig.Events.Held.SetResult);

        _rig.Events.Connected.Count.ShouldBe(2);
        _engine.IsPaused.ShouldBeFalse();
    }

    [Fact]
    public void A_wait_of_less_than_a_millisecond_is_waited_for_not_spun_away()
    {
        _dialer.IsDown = true;
        Start();

        // The second question's second ends between two beats of the timers, which count whole milliseconds.
        _rig.Pass(TimeSpan.FromMilliseconds(999.6));
        Jump();
        _rig.Pass(LinkLimits.ResumeAfter);
        _rig.Pass(TimeSpan.FromMilliseconds(2));

        _engine.IsPaused.ShouldBeFalse();
    }

    [Fact]
    public void An_answer_from_before_the_sleep_resumes_nothing()
    {
        _dialer.IsPlayed = true;
        Start();
        Answer(new ServerMessage.Welcome());
        Answer(new ServerMessage.Difference(1, [], [], IsLast: true));
        Jump();

        Answer(new ServerMessage.Difference(1, [], [], IsLast: true));
        _engine.IsPaused.ShouldBeTrue();
        Answer(new ServerMessage.Difference(2, [], [], IsLast: true));
        _engine.IsPaused.ShouldBeFalse();
    }

    // What the engine does when it notices that its clock has jumped.
    private void Jump() => _rig.Do(() =>
    {
        _engine.Pause();
        _engine.ClockJumped!();
    });
}
