using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Monitoring.Probes;
using Watchkeeper.Monitoring.Protocol;
using Watchkeeper.Monitoring.Rules;
using static Monitoring.Tests.Agents.EngineRig;

namespace Monitoring.Tests.Agents;

public class WatchEngineTests
{
    private static readonly KpiState Up = new(Believed: true, Trues: 1, Falses: 0);

    [Fact]
    public async Task An_agent_that_was_stopped_between_two_probes_asks_before_it_sends_the_second()
    {
        using var rig = new EngineRig();
        var asked = 0;
        rig.Engine.ClockJumped = () => asked++;
        await rig.Set([.. Enumerable.Range(1, 3).Select(number => Assign(number, 1, Carry(Up, until: 0.5)))]);
        rig.Prober.World = _ =>
        {
            rig.Time.Jump(TimeSpan.FromSeconds(30));
            return ProbeAnswer.Alive;
        };

        rig.Advance(0.6);

        rig.Prober.Asked.Count.ShouldBe(1);
        asked.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task A_question_that_waited_in_the_prober_while_the_process_was_stopped_is_not_asked_after_it()
    {
        using var rig = new EngineRig();
        rig.Silence();
        await rig.Set(Assign(1, 1, Carry(Up, until: 0.5)));
        rig.Advance(0.55);
        var waiting = rig.Prober.Asked.ShouldHaveSingleItem();
        waiting.IsAwaited.ShouldBeTrue();

        rig.Time.Jump(TimeSpan.FromSeconds(30));

        waiting.IsAwaited.ShouldBeFalse();
    }

    [Fact]
    public async Task A_full_agent_names_no_more_targets_than_the_link_lets_it()
    {
        const int capacity = 2;
        using var rig = new EngineRig(new WatchOptions { Capacity = capacity });
        await rig.Set(Assign(1, 1), Assign(2, 1));
        await rig.Unset(1, 1);
        await rig.Unset(2, 1);
        await rig.Set(Assign(3, 1), Assign(4, 1));
        (await rig.Set(Assign(5, 1))).ShouldHaveSingleItem().IsSet.ShouldBeFalse();

        (await rig.Holdings()).Length
            .ShouldBe(AgentLimits.MostNamed(capacity) - AgentLimits.RememberedEpochs);
        LinkLimits.TargetsPerAgent.ShouldBe(AgentLimits.MostNamed(AgentLimits.LargestCapacity));
    }

    [Fact]
    public async Task A_silent_target_is_believed_dead_after_its_repeats_and_alive_again_after_one_answer()
    {
        using var rig = new EngineRig();
        await rig.Set(Assign(1, 1, Carry(Up, until: 0.5)));
        rig.Silence();
        rig.Advance(2.99);
        rig.Verdicts().ShouldHaveSingleItem().Kpis[0].State.Believed.ShouldBe(true);
        rig.Advance(0.02);
        rig.Verdicts().ShouldHaveSingleItem().Kpis[0].State.Believed.ShouldBe(false);
        rig.Revive();
        rig.Advance(0.5);
        rig.Verdicts().ShouldHaveSingleItem().Kpis[0].State.Believed.ShouldBe(true);
    }

    [Fact]
    public async Task A_late_answer_does_not_count_for_the_next_question()
    {
        using var rig = new EngineRig();
        rig.Prober.Latency = Poll * 0.8;
        await rig.Set(Assign(1, 1, Carry(Up, until: 0)));
        rig.Advance(3);
        rig.Verdicts()[^1].Kpis[0].State.Believed.ShouldBe(false);
    }

    [Fact]
    public async Task An_unknown_answer_is_not_folded()
    {
        using var rig = new EngineRig();
        rig.Prober.World = _ => ProbeAnswer.Unknown("no socket");
        await rig.Set(Assign(1, 1, Carry(Up, until: 0)));
        rig.Advance(5);
        rig.Reports().ShouldHaveSingleItem().Kpis[0].State.ShouldBe(Up);
        rig.Prober.Asked.Count.ShouldBe(6);
    }

    [Fact]
    public async Task A_target_whose_time_out_is_its_poll_period_is_asked_at_every_beat()
    {
        using var rig = new EngineRig();
        rig.Silence();
        await rig.Set(Assign(1, 1, Carry(Up, until: 0)) with { Kpis = [Alive() with { Timeout = Poll }] });
        rig.Advance(100);
        rig.Prober.Asked.Count.ShouldBeInRange(100, 101);
    }

    [Fact]
    public async Task Every_kpi_of_a_target_is_asked_at_its_own_pace_and_told_together()
    {
        using var rig = new EngineRig();
        var web = Alive() with
        {
            EventName = "WEB_ALIVE", Collector = CollectorKind.HttpGet, Port = 80, PollFrequency = Poll * 2,
            IsAliveness = false,
        };
        await rig.Set(Assign(1, 1) with { Kpis = [Alive(), web] });
        rig.Advance(4);
        rig.Prober.Asked.Count(asked => asked.Question.Kpi.EventName == "VM_ALIVE").ShouldBe(4);
        rig.Prober.Asked.Count(asked => asked.Question.Kpi.EventName == "WEB_ALIVE").ShouldBe(2);
        rig.Verdicts().ShouldHaveSingleItem().Kpis.Select(kpi => kpi.EventName).ShouldBe(["VM_ALIVE", "WEB_ALIVE"]);
    }

    [Fact]
    public async Task A_connecting_probe_keeps_its_own_deadline_and_is_unknown_when_it_never_answers()
    {
        using var rig = new EngineRig();
        rig.Silence();
        var tcp = Alive(falses: 1) with { Collector = CollectorKind.TcpConnect, Port = 22 };
        await rig.Set(Assign(1, 1, Carry(Up, until: 0)) with { Kpis = [tcp] });
        rig.Advance(10);
        rig.Reports().ShouldHaveSingleItem().Kpis[0].State.ShouldBe(Up);
        rig.Prober.Asked.Count.ShouldBeGreaterThan(2);
    }

    [Fact]
    public async Task Nobody_waits_for_an_answer_after_the_unset_or_after_the_deadline()
    {
        using var rig = new EngineRig();
        rig.Silence();
        await rig.Set(Assign(1, 1, Carry(Up, until: 0)), Assign(2, 1, Carry(Up, until: 0)));
        rig.Prober.Asked.ShouldAllBe(asked => asked.IsAwaited);
        await rig.Unset(1, 1);
        rig.Prober.Asked.Single(asked => asked.IsAwaited).Address.ShouldBe("10.0.0.2");
        rig.Advance(0.6);
        rig.Prober.Asked.ShouldAllBe(asked => !asked.IsAwaited);
    }

    [Fact]
    public async Task While_paused_nothing_is_asked_and_then_what_is_overdue_once()
    {
        using var rig = new EngineRig();
        await rig.Set(Assign(1, 1, Carry(Up, until: 0.5)), Assign(2, 1, Carry(Up, until: 0.7)));
        rig.Engine.Pause();
        rig.Advance(5.6);
        rig.Prober.Asked.ShouldBeEmpty();
        await rig.Unset(2, 1);
        rig.Lane.Call(() =>
        {
            rig.Engine.Resume();
            return true;
        });
        rig.Prober.Asked.ShouldHaveSingleItem().Address.ShouldBe("10.0.0.1");
        rig.Advance(0.95);
        rig.Prober.Last.TotalSeconds.ShouldBe(6.5, tolerance: 0.0051);
        rig.Prober.Asked.Count.ShouldBe(2);
    }

    [Fact]
    public async Task An_answer_in_flight_when_the_pause_begins_still_counts()
    {
        using var rig = new EngineRig();
        rig.Silence();
        await rig.Set(Assign(1, 1, Carry(new(true, 0, 2), until: 0)));
        rig.Engine.Pause();
        rig.Advance(2);
        rig.Verdicts()[^1].Kpis[0].State.Believed.ShouldBe(false);
    }

    [Fact]
    public async Task What_fails_at_one_target_costs_neither_the_others_nor_its_next_beat()
    {
        using var rig = new EngineRig();
        var up = Carry(Up, until: 0.5);
        await rig.Set(Assign(1, 1, up), Assign(2, 1, up), Assign(3, 1, up));
        rig.Prober.World = asked => asked.At < Poll && asked.Address == "10.0.0.2"
            ? throw new InvalidOperationException("broken")
            : ProbeAnswer.Alive;
        rig.Advance(0.6);
        rig.Prober.Asked.Select(asked => asked.Address).Order().ShouldBe(["10.0.0.1", "10.0.0.2", "10.0.0.3"]);
        rig.Advance(1);
        rig.Prober.Asked.Count.ShouldBe(6);
        rig.Prober.Asked.Count(asked => asked.Address == "10.0.0.2").ShouldBe(2);
    }

    [Fact]
    public async Task A_jump_of_the_clock_pauses_the_engine_before_anything_overdue_is_asked()
    {
        using var rig = new EngineRig();
        var jumps = 0;
        rig.Engine.ClockJumped = () => jumps++;
        await rig.Set(Assign(1, 1, Carry(Up, until: 0.5)));
        rig.Time.Jump(TimeSpan.FromSeconds(20));
        await rig.Holdings();
        jumps.ShouldBe(1);
        rig.Advance(3);
        rig.Prober.Asked.ShouldBeEmpty();
        rig.Engine.Resume();
        rig.Advance(0.1);
        rig.Prober.Asked.ShouldHaveSingleItem();
        jumps.ShouldBe(1);
    }

    [Theory]
    [InlineData(0.59, 0)]
    [InlineData(0.62, 1)]
    public async Task A_jump_is_noticed_two_heartbeats_before_the_lease_is_over(double seconds, int expected)
    {
        using var rig = new EngineRig();
        var jumps = 0;
        rig.Engine.ClockJumped = () => jumps++;
        await rig.Set(Assign(1, 1, Carry(Up, until: 0.5)));
        rig.Time.Jump(TimeSpan.FromSeconds(seconds));
        rig.Advance(0.1);
        jumps.ShouldBe(expected);
        rig.Prober.Asked.Count.ShouldBe(1 - expected);
    }

    [Fact]
    public async Task Without_anybody_to_ask_a_jump_does_not_stop_the_watch_but_silence_is_unknown()
    {
        using var rig = new EngineRig();
        rig.Silence();
        await rig.Set(Assign(1, 1, Carry(new(true, 0, 2), until: 0)));
        rig.Time.Jump(TimeSpan.FromSeconds(20));
        rig.Advance(0.2);
        rig.Engine.IsUnwell.ShouldBeTrue();
        rig.Prober.Asked.Count.ShouldBe(2);
        rig.Verdicts().ShouldAllBe(report => report.Kpis[0].State.Believed == true);
        rig.Advance(5);
        rig.Engine.IsUnwell.ShouldBeFalse();
        rig.Verdicts()[^1].Kpis[0].State.Believed.ShouldBe(false);
    }

    [Fact]
    public async Task After_its_end_everybody_is_told_that_the_agent_has_stopped()
    {
        using var rig = new EngineRig();
        rig.Silence();
        var look = rig.Lane.Call(() => rig.Engine.LookAsync(
            [new LookRequest(Id(9), "10.0.0.9", Alive())], CancellationToken.None));
        await rig.Stop();
        await Should.ThrowAsync<AgentLostException>(() => look);
        await Should.ThrowAsync<AgentLostException>(() => rig.Set(Assign(1, 1)));
    }

    [Fact]
    public async Task What_is_asked_before_the_start_is_answered_after_it()
    {
        using var rig = new EngineRig(runs: false);
        var answer = rig.Lane.Call(() => rig.Engine.SetAsync([Assign(1, 1)], CancellationToken.None));
        answer.IsCompleted.ShouldBeFalse();
        using var stop = new CancellationTokenSource();
        var running = rig.Lane.Call(() => rig.Engine.RunAsync(stop.Token));
        (await answer).ShouldHaveSingleItem().IsSet.ShouldBeTrue();
        rig.Lane.Call(() =>
        {
            stop.Cancel();
            return true;
        });
        await running;
    }

    [Fact]
    public async Task The_rate_of_the_last_second_is_known()
    {
        using var rig = new EngineRig();
        await rig.Set([.. Enumerable.Range(1, 50).Select(number => Assign(number, 1))]);
        rig.Advance(3);
        rig.Engine.ProbesPerSecond.ShouldBe(50, tolerance: 1);
        rig.Engine.Monitors.ShouldBe(50);
    }
}
