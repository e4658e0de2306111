using Microsoft.Extensions.Logging.Abstractions;
using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Monitoring.Protocol;
using Watchkeeper.Server.Agents;
using Watchkeeper.Server.Drills;

namespace Server.Tests.Agents.Link;

/// <summary>The agent's uplink and the manager's gate, on one thread and one clock.</summary>
public sealed partial class BothEndsTests : IDisposable
{
    private readonly LinkRig _rig = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly FakeEngine _engine = new();
    private readonly PipeDialer _dialer;
    private readonly AgentUplink _uplink;
    private Task<string> _run = null!;

    public BothEndsTests()
    {
        _rig.WatchLeases();
        _dialer = new PipeDialer(_rig);
        var identity = new AgentIdentity("dmona1", "default", 1_000, "1.2.3", new Guid(1, 0, 0, new byte[8]),
            Some.Token, Some.Key);
        var rhythm = new UplinkRhythm(LinkLimits.ResumeAfter, _rig.Time, new Random(1));
        _uplink = new AgentUplink(identity, _engine, _dialer, rhythm, NullLogger<AgentUplink>.Instance);
    }

    public void Dispose()
    {
        _rig.Do(_stop.Cancel);
        _stop.Dispose();
        _rig.Dispose();
    }

    [Fact]
    public void An_agent_joins_takes_the_difference_and_only_then_probes()
    {
        _rig.Events.Held = new TaskCompletionSource();
        _rig.Events.Difference = new AgentDifference([Some.Assignment(1), Some.Assignment(2)], [Some.At(8)]);
        _engine.Watched[Some.Target(8)] = new AssignmentEpoch(1);
        Start();
        _engine.IsPaused.ShouldBeTrue();
        _uplink.Joined.IsCompleted.ShouldBeFalse();

        _rig.Do(_rig.Events.Held.SetResult);

        _uplink.Joined.IsCompletedSuccessfully.ShouldBeTrue();
        _rig.Events.Connected.ShouldHaveSingleItem().Holdings.ShouldHaveSingleItem().Target.ShouldBe(Some.Target(8));
        _engine.Watched.Keys.ShouldBe([Some.Target(1), Some.Target(2)]);
        (_engine.IsPaused, _engine.ToldAll).ShouldBe((false, 1));
        _rig.Events.Ended.Count.ShouldBe(2);
        _rig.State().ShouldBe(AgentState.Online);
    }

    [Fact]
    public void A_refusal_within_a_difference_leaves_nothing_else_unwatched()
    {
        _rig.Events.Difference = new AgentDifference(Some.Assignments(4), []);
        _engine.Refused.Add(Some.Target(1));

        Start();

        _engine.Watched.Count.ShouldBe(3);
        _rig.Events.Ended.Select(outcome => outcome.IsSet).ShouldBe([true, false, true, true]);
    }

    [Fact]
    public void Messages_of_another_session_are_void_to_the_agent()
    {
        _dialer.IsPlayed = true;
        Start();
        Answer(new ServerMessage.Welcome());

        Answer(new ServerMessage.SetRequest(5, Some.Assignments(1)), session: 9);
        _engine.Watched.ShouldBeEmpty();
        Answer(new ServerMessage.SetRequest(5, Some.Assignments(1)));
        _engine.Watched.Count.ShouldBe(1);
    }

    [Fact]
    public void A_manager_that_falls_silent_is_dialled_anew()
    {
        _dialer.IsPlayed = true;
        Start();
        Answer(new ServerMessage.Welcome());

        _rig.Pass(LinkLimits.ServerSilence);
        _dialer.Dials.ShouldBe(1);
        _rig.Pass(TimeSpan.FromMilliseconds(500));

        _dialer.Dials.ShouldBe(2);
    }

    [Fact]
    public void A_manager_that_does_not_read_makes_the_agent_wait_and_dial_anew()
    {
        _dialer.IsPlayed = true;
        Start();
        Answer(new ServerMessage.Welcome());
        Answer(new ServerMessage.Difference(1, [], [], IsLast: true));

        _rig.Do(() => _engine.Decide([.. Enumerable.Range(0, 100_000).Select(n => Some.Report(n))]));
        _dialer.FromAgent.Count.ShouldBe(LinkLimits.Queue);
        _engine.Verdicts.ShouldNotBeEmpty();
        _dialer.IsPlayed = false;
        _dialer.Cut();
        _rig.Pass(LinkLimits.LongestBackOff);

        _rig.State().ShouldBe(AgentState.Online);
        _engine.ToldAll.ShouldBe(2);
    }

    [Fact]
    public void An_agent_that_is_refused_before_it_joined_ends_with_the_reason()
    {
        _rig.Online(Some.Hello(key: Some.Token, process: 2));

        Start();

        _run.IsCompletedSuccessfully.ShouldBeTrue();
        _uplink.Joined.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public void An_agent_whose_name_was_taken_over_comes_back_slowly()
    {
        Start();
        _rig.Online(Some.Hello(process: 2));

        _rig.Pass(LinkLimits.RefusedBackOff - TimeSpan.FromMilliseconds(1));
        _dialer.Dials.ShouldBe(1);
        _rig.Pass(LinkLimits.RefusedBackOff);

        _dialer.Dials.ShouldBe(2);
        _run.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public void A_cut_link_is_back_before_the_agent_is_lost_and_all_levels_are_told()
    {
        Start();

        _dialer.Cut();
        _rig.Pass(LinkLimits.FirstBackOff);

        _dialer.Dials.ShouldBe(2);
        _rig.State().ShouldBe(AgentState.Online);
        (_engine.ToldAll, _engine.IsPaused).ShouldBe((2, false));
        _rig.Pass(TimeSpan.FromSeconds(10));
        _rig.Events.LostAgents.ShouldBeEmpty();
    }

    [Fact]
    public void Verdicts_are_told_at_once_and_counters_with_the_next_heartbeat()
    {
        Start();

        _rig.Do(() => _engine.Decide(Some.Report(1)));
        _rig.Events.Reported.Count.ShouldBe(1);
        _engine.Counters.AddRange(Enumerable.Range(0, 1_200).Select(n => Some.Report(n, isVerdict: false)));
        _rig.Events.Reported.Count.ShouldBe(1);
        _rig.Pass(AgentLimits.Heartbeat);

        _rig.Events.Reported.Count.ShouldBe(1_201);
    }

    [Fact]
    public void A_fenced_agent_stops_watching()
    {
        Start();
        _engine.Watched[Some.Target(1)] = new AssignmentEpoch(1);
        _rig.Events.Stale = [Some.At(1)];

        _rig.Do(() => _engine.Decide(Some.Report(1)));

        _engine.Watched.ShouldBeEmpty();
    }

    [Fact]
    public void An_agent_that_answers_no_unset_is_fenced_and_drilled_as_ever_and_comes_back()
    {
        Start();
        _engine.HangsUnsets = true;
        _engine.Watched[Some.Target(1)] = new AssignmentEpoch(1);
        _rig.Do(() => _rig.Directory.Reach("dmona1").UnsetAsync([Some.At(1)], TimeSpan.Zero, CancellationToken.None))
            .IsCompleted.ShouldBeFalse();

        _rig.Events.Stale = [Some.At(1)];
        _rig.Do(() => _engine.Decide(Some.Report(1)));
        _engine.Watched.ShouldBeEmpty();

        Drilled().ShouldBeTrue();
        _rig.Events.Difference = new AgentDifference([], [Some.At(2)]);
        _dialer.Cut();
        _rig.Pass(LinkLimits.FirstBackOff);
        _rig.State().ShouldBe(AgentState.Online);
        Drilled().ShouldBeTrue();
    }

    [Fact]
    public void Requests_reach_the_engine_and_their_results_the_caller()
    {
        Start();
        var way = _rig.Directory.Reach("dmona1");

        var set = _rig.Do(() => way.SetAsync(Some.Assignments(1_200), CancellationToken.None));
        var unset = _rig.Do(() => way.UnsetAsync(Some.AtMany(700), TimeSpan.Zero, CancellationToken.None));
        _rig.Do(() => way.Release([Some.At(3)]));

        set.IsCompletedSuccessfully.ShouldBeTrue();
        unset.IsCompletedSuccessfully.ShouldBeTrue();
        _engine.Watched.Count.ShouldBe(500);
        _engine.Released.ShouldBe([Some.At(3)]);
    }

    private bool Drilled() => _rig.Do(() => new AgentDrills(_rig.Directory, _rig.Time)
        .SwitchAsync("dmona1", [], CancellationToken.None)).IsCompletedSuccessfully;

    private void Start() => _run = _rig.Do(() => _uplink.RunAsync(_stop.Token));

    private void Answer(ServerMessage message, int session = 1) => _rig.Do(() =>
        _dialer.ToAgent.TryWrite(new(new Guid(session, 5, 5, new byte[8]), message))).ShouldBeTrue();
}
