using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Monitoring.Protocol;
using Watchkeeper.Server.Agents;
using Watchkeeper.Server.Agents.Link;

namespace Server.Tests.Agents.Link;

public sealed class ReportTests : IDisposable
{
    private readonly LinkRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void A_connected_agent_is_told_the_difference_in_batches_and_is_online_then()
    {
        _rig.Events.Difference = new AgentDifference(Some.Assignments(501), [Some.At(900)]);
        var agent = _rig.Connect();
        agent.Join(Some.Hello());
        _rig.State().ShouldBe(AgentState.Offline);

        agent.Say(new AgentMessage.Holdings(4, [new Holding(Some.Target(1), new AssignmentEpoch(3), true)],
            IsLast: false));
        _rig.Events.Connected.ShouldBeEmpty();
        agent.Ask(4, new Holding(Some.Target(2), new AssignmentEpoch(1), false));

        _rig.Events.Connected.ShouldHaveSingleItem().Holdings.Length.ShouldBe(2);
        var first = agent.Received<ServerMessage.Difference>();
        (first.Ask, first.ToSet.Length, first.ToUnset.Length, first.IsLast).ShouldBe((4, 500, 1, false));
        var last = agent.Received<ServerMessage.Difference>();
        (last.Ask, last.ToSet.Length, last.ToUnset.Length, last.IsLast).ShouldBe((4, 1, 0, true));
        _rig.State().ShouldBe(AgentState.Online);
    }

    [Fact]
    public void What_became_of_a_difference_is_told()
    {
        var agent = _rig.Online();

        agent.Say(new AgentMessage.SetResult(0, [Some.IsSet(Some.Assignment(3))]));

        _rig.Events.Ended.ShouldBe([Some.IsSet(Some.Assignment(3))]);
    }

    [Fact]
    public void A_stale_report_is_fenced()
    {
        var agent = _rig.Online();
        _rig.Events.Stale = [Some.At(1)];

        agent.Say(new AgentMessage.Reports([Some.Report(1)]));

        agent.Received<ServerMessage.Fenced>().Targets.ShouldBe([Some.At(1)]);
        _rig.Directory.LastReported("dmona1", Some.At(1)).ShouldBeEmpty();
    }

    [Fact]
    public void The_last_report_is_moved_on_by_the_time_since()
    {
        var agent = _rig.Online();
        agent.Beat(Some.Report(1, isVerdict: false));

        _rig.Pass(TimeSpan.FromMilliseconds(500));

        var kpi = _rig.Directory.LastReported("dmona1", Some.At(1)).ShouldHaveSingleItem();
        kpi.SinceLastProbe.ShouldBe(TimeSpan.FromMilliseconds(1_500));
        kpi.UntilDue.ShouldBe(TimeSpan.FromMilliseconds(1_500));
        _rig.Directory.LastReported("dmona1", Some.At(2)).ShouldBeEmpty();
        _rig.Directory.LastReported("nobody", Some.At(1)).ShouldBeEmpty();
    }

    [Fact]
    public void A_report_of_an_older_epoch_does_not_replace_a_newer_one()
    {
        var agent = _rig.Online();
        agent.Beat(Some.Report(1, epoch: 2, believed: true));

        agent.Beat(Some.Report(1, epoch: 1, believed: false));

        _rig.Directory.LastReported("dmona1", Some.At(1, 2))[0].State.Believed.ShouldBe(true);
    }

    [Fact]
    public void The_last_report_outlives_the_agent_but_not_its_unset()
    {
        var agent = _rig.Online();
        agent.Beat(Some.Report(1), Some.Report(2));
        _ = _rig.Do(() => _rig.Directory.Reach("dmona1").UnsetAsync([Some.At(1)], default, CancellationToken.None));
        agent.Received<ServerMessage.HeartbeatAck>();
        var request = agent.Received<ServerMessage.UnsetRequest>();
        agent.Say(new AgentMessage.UnsetResult(
            request.Request, [new UnsetOutcome(Some.Target(1), new AssignmentEpoch(1), null, Some.Report(1).Kpis)]));

        agent.Break();

        _rig.Directory.LastReported("dmona1", Some.At(1)).ShouldBeEmpty();
        _rig.Directory.LastReported("dmona1", Some.At(2)).ShouldNotBeEmpty();
    }

    [Fact]
    public void A_slow_store_ends_no_lease_and_gets_only_the_latest_levels_news_first()
    {
        _rig.WatchLeases();
        var agent = _rig.Online();
        _rig.Events.Held = new TaskCompletionSource();
        agent.Say(new AgentMessage.Reports([Some.Report(9)]));
        for (var beat = 0; beat < 50; beat++)
        {
            _rig.Pass(AgentLimits.Heartbeat);
            agent.Beat(Some.Report(1, isVerdict: false, believed: beat % 2 == 0), Some.Report(2, isVerdict: beat == 3));
            agent.Received<ServerMessage.HeartbeatAck>();
        }

        _rig.State().ShouldBe(AgentState.Online);
        _rig.Do(_rig.Events.Held.SetResult);

        _rig.Events.Reported.Select(report => report.Target)
            .ShouldBe([Some.Target(9), Some.Target(2), Some.Target(1)]);
        _rig.Events.Reported[1].IsVerdict.ShouldBeTrue();
        _rig.Events.Reported[2].Kpis[0].State.Believed.ShouldBe(false);
    }

    [Fact]
    public void What_the_store_did_not_take_is_told_again()
    {
        var agent = _rig.Online();
        _rig.Events.FailuresToCome = 2;

        agent.Say(new AgentMessage.Reports([Some.Report(1)]));
        _rig.Events.Reported.ShouldBeEmpty();
        _rig.Pass(TimeSpan.FromSeconds(1));

        _rig.Events.Reported.ShouldHaveSingleItem();
        agent.IsEnded.ShouldBeFalse();
    }

    [Fact]
    public void While_the_store_takes_nothing_it_is_tried_less_and_less_often()
    {
        var agent = _rig.Online();
        _rig.Events.FailuresToCome = int.MaxValue;
        agent.Say(new AgentMessage.Reports([Some.Report(1)]));
        var tries = new List<int>();
        for (var second = 0; second < 8; second++)
        {
            var before = _rig.Events.FailuresToCome;
            _rig.Pass(TimeSpan.FromSeconds(1));
            agent.Beat();
            tries.Add(before - _rig.Events.FailuresToCome);
        }

        // 0.2, 0.6, 1.4, 3, 5 and 7 s after the first.
        tries.ShouldBe([2, 1, 1, 0, 1, 0, 1, 0]);
        _rig.Events.FailuresToCome = 0;
        _rig.Pass(ReportTeller.LongestRetry);
        _rig.Events.Reported.ShouldHaveSingleItem();
    }

    [Fact]
    public void A_difference_that_could_not_be_made_is_made_later()
    {
        _rig.Events.FailuresToCome = 1;
        var agent = _rig.Connect();
        agent.Join(Some.Hello());
        agent.Ask();
        agent.HasReceived().ShouldBeFalse();

        _rig.Pass(TimeSpan.FromSeconds(1));

        agent.Received<ServerMessage.Difference>().IsLast.ShouldBeTrue();
    }

    [Fact]
    public void An_agent_that_names_more_targets_than_any_can_hold_loses_its_session()
    {
        var agent = _rig.Online();
        var number = 0;
        while (!agent.IsEnded && number <= LinkLimits.TargetsPerAgent + AgentLimits.BatchSize)
        {
            var from = number;
            agent.Say(new AgentMessage.Holdings(
                2,
                [
                    .. Enumerable.Range(from, AgentLimits.BatchSize)
                        .Select(n => new Holding(Some.Target(n), new AssignmentEpoch(1), true)),
                ],
                IsLast: false));
            number += AgentLimits.BatchSize;
        }

        agent.IsEnded.ShouldBeTrue();
    }
}
