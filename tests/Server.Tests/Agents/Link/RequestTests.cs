using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Monitoring.Probes;
using Watchkeeper.Monitoring.Protocol;
using Watchkeeper.Server.Drills;

namespace Server.Tests.Agents.Link;

public sealed class RequestTests : IDisposable
{
    private readonly LinkRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void A_set_is_sent_in_batches_of_500_in_order_each_after_the_answer_to_the_last()
    {
        var agent = _rig.Online();
        var all = Some.Assignments(1_001);
        var call = Set(all);

        var sizes = new List<int>();
        while (!call.IsCompleted)
        {
            var request = agent.Received<ServerMessage.SetRequest>();
            agent.HasReceived().ShouldBeFalse();
            sizes.Add(request.Assignments.Length);
            agent.Say(new AgentMessage.SetResult(request.Request, [.. request.Assignments.Select(Some.IsSet)]));
        }

        sizes.ShouldBe([500, 500, 1]);
        Outcome(call).Select(outcome => outcome.Target).ShouldBe(all.Select(assignment => assignment.Target));
    }

    [Fact]
    public void A_set_stops_at_the_first_refusal()
    {
        var agent = _rig.Online();
        var call = Set(Some.Assignments(1_000));
        var request = agent.Received<ServerMessage.SetRequest>();

        agent.Say(new AgentMessage.SetResult(
            request.Request,
            [Some.IsSet(request.Assignments[0]), new SetOutcome(Some.Target(1), new AssignmentEpoch(1), "full")]));

        Outcome(call).Select(outcome => outcome.Refusal).ShouldBe([null, "full"]);
        agent.HasReceived().ShouldBeFalse();
    }

    [Fact]
    public void Results_find_their_callers_in_any_order()
    {
        var agent = _rig.Online();
        var way = _rig.Directory.Reach("dmona1");
        var look = _rig.Do(() => way.LookAsync(
            [new LookRequest(Some.Target(9), "127.64.0.9", Some.Assignment(9).Kpis[0])], CancellationToken.None));
        var unset = _rig.Do(() => way.UnsetAsync([Some.At(1)], TimeSpan.FromSeconds(5), CancellationToken.None));
        var looked = agent.Received<ServerMessage.LookBatch>();
        var left = agent.Received<ServerMessage.UnsetRequest>();

        left.Hold.ShouldBe(TimeSpan.FromSeconds(5));
        agent.Say(new AgentMessage.UnsetResult(
            left.Request, [new UnsetOutcome(Some.Target(1), new AssignmentEpoch(1), null, [])]));
        agent.Say(new AgentMessage.LookResult(looked.Request, [new LookOutcome(Some.Target(9), ProbeAnswer.Alive)]));

        Outcome(unset)[0].IsUnset.ShouldBeTrue();
        Outcome(look)[0].Answer.ShouldBe(ProbeAnswer.Alive);
    }

    [Fact]
    public void Drills_are_switched_on_the_agent_and_it_says_which_are_on()
    {
        var agent = _rig.Online();
        var drills = new AgentDrills(_rig.Directory, _rig.Time);
        Drill refusing = new(DrillKind.RefuseSet, 1, 1);
        var call = _rig.Do(() => drills.SwitchAsync("dmona1", [refusing], CancellationToken.None));
        var request = agent.Received<ServerMessage.DrillRequest>();

        request.Wanted.ShouldBe([refusing]);
        agent.Say(new AgentMessage.DrillResult(request.Request, [refusing]));

        Outcome(call).ShouldBe([refusing]);
        drills.LastTold.Single().Agent.ShouldBe("dmona1");
    }

    [Fact]
    public void An_agent_that_does_not_answer_a_drill_in_time_is_not_waited_for()
    {
        var agent = _rig.Online();
        var drills = new AgentDrills(_rig.Directory, _rig.Time);
        var call = _rig.Do(() => drills.SwitchAsync("dmona1", [], CancellationToken.None));
        agent.Received<ServerMessage.DrillRequest>();

        _rig.Pass(AgentDrills.AnswerWait);

        Outcome(call).ShouldBeNull();
    }

    [Fact]
    public void A_call_ends_at_once_when_the_link_breaks()
    {
        var agent = _rig.Online();
        var call = Set(Some.Assignments(1));

        agent.Break();

        call.Exception!.InnerException.ShouldBeOfType<AgentLostException>();
    }

    [Fact]
    public void A_call_to_an_agent_whose_link_broke_waits_until_it_is_lost_and_one_to_a_stranger_fails_at_once()
    {
        _rig.WatchLeases();
        var agent = _rig.Online();
        agent.Break();
        var call = Set(Some.Assignments(1));
        call.IsCompleted.ShouldBeFalse();

        _rig.Pass(2 * AgentLimits.Lease);

        call.Exception!.InnerException.ShouldBeOfType<AgentLostException>();
        _rig.Do(() => _rig.Directory.Reach("nobody").UnsetAsync([Some.At(1)], default, CancellationToken.None))
            .Exception!.InnerException.ShouldBeOfType<AgentLostException>();
    }

    [Fact]
    public void The_result_of_a_set_whose_caller_has_gone_is_told()
    {
        var agent = _rig.Online();
        using var patience = new CancellationTokenSource();
        var call = _rig.Do(() => _rig.Directory.Reach("dmona1").SetAsync([Some.Assignment(1)], patience.Token));
        var request = agent.Received<ServerMessage.SetRequest>();
        _rig.Do(patience.Cancel);
        call.IsCanceled.ShouldBeTrue();

        agent.Say(new AgentMessage.SetResult(request.Request, [Some.IsSet(Some.Assignment(1))]));

        _rig.Events.Ended.ShouldBe([Some.IsSet(Some.Assignment(1))]);
    }

    [Fact]
    public void An_agent_that_answers_something_else_loses_its_session()
    {
        var agent = _rig.Online();
        var call = Set(Some.Assignments(2));
        var request = agent.Received<ServerMessage.SetRequest>();

        agent.Say(new AgentMessage.SetResult(request.Request, [Some.IsSet(Some.Assignment(7))]));

        call.Exception!.InnerException.ShouldBeOfType<AgentLostException>();
        agent.IsEnded.ShouldBeTrue();
    }

    [Fact]
    public void A_result_under_another_session_is_void()
    {
        var agent = _rig.Online();
        var call = Set([Some.Assignment(1)]);
        var request = agent.Received<ServerMessage.SetRequest>();
        var result = new AgentMessage.SetResult(request.Request, [Some.IsSet(Some.Assignment(1))]);

        agent.Say(new Guid(99, 0, 0, new byte[8]), result);

        call.IsCompleted.ShouldBeFalse();
        _rig.Events.Ended.ShouldBeEmpty();
        agent.Say(result);
        call.IsCompletedSuccessfully.ShouldBeTrue();
    }

    [Fact]
    public void A_full_queue_makes_requests_wait_and_releases_go_lost()
    {
        var agent = _rig.Online();
        var calls = Enumerable.Range(0, LinkLimits.Queue + 1).Select(_ => Set([Some.Assignment(1)])).ToList();

        _rig.Do(() => _rig.Directory.Reach("dmona1").Release([Some.At(5)]));

        var requests = new List<ServerMessage.SetRequest>();
        while (agent.HasReceived())
        {
            requests.Add(agent.Received<ServerMessage.SetRequest>());
        }

        requests.Count.ShouldBe(LinkLimits.Queue + 1);
        foreach (var request in requests)
        {
            agent.Say(new AgentMessage.SetResult(request.Request, [Some.IsSet(Some.Assignment(1))]));
        }

        calls.ShouldAllBe(call => call.IsCompletedSuccessfully);
    }

    [Fact]
    public void A_call_that_waits_for_room_ends_when_the_session_does()
    {
        var agent = _rig.Online();
        var calls = Enumerable.Range(0, LinkLimits.Queue + 5).Select(_ => Set([Some.Assignment(1)])).ToList();

        agent.Break();

        calls.ShouldAllBe(call => call.Exception!.InnerException is AgentLostException);
    }

    [Fact]
    public void A_release_is_sent_and_not_answered()
    {
        var agent = _rig.Online();

        _rig.Do(() => _rig.Directory.Reach("dmona1").Release(Some.AtMany(501)));

        agent.Received<ServerMessage.Release>().Targets.Length.ShouldBe(500);
        agent.Received<ServerMessage.Release>().Targets.Length.ShouldBe(1);
    }

    private Task<ImmutableArray<SetOutcome>> Set(ImmutableArray<Assignment> assignments) =>
        _rig.Do(() => _rig.Directory.Reach("dmona1").SetAsync(assignments, CancellationToken.None));

    private static T Outcome<T>(Task<T> call)
    {
        call.IsCompletedSuccessfully.ShouldBeTrue();
#pragma warning disable RS0030, VSTHRD002 // It has completed.
        return call.Result;
#pragma warning restore RS0030, VSTHRD002
    }
}
