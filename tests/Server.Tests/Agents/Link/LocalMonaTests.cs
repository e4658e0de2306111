using Microsoft.Extensions.Logging.Abstractions;
using Watchkeeper.Server.Agents;
using Watchkeeper.Server.Agents.Link;

namespace Server.Tests.Agents.Link;

public sealed class LocalMonaTests : IDisposable
{
    private readonly LinkRig _rig = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly FakeEngine _engine = new();

    public void Dispose()
    {
        _rig.Do(_stop.Cancel);
        _stop.Dispose();
        _rig.Dispose();
    }

    [Fact]
    public void The_local_mona_is_told_the_difference_before_it_probes()
    {
        _rig.Events.Held = new TaskCompletionSource();
        _rig.Events.Difference = new AgentDifference(Some.Assignments(2), []);
        Start();
        _engine.IsPaused.ShouldBeTrue();

        _rig.Do(_rig.Events.Held.SetResult);

        (_engine.IsPaused, _engine.Watched.Count, _engine.ToldAll).ShouldBe((false, 2, 1));
        _rig.Events.Ended.Count.ShouldBe(2);
    }

    [Fact]
    public void Its_reports_are_told_and_kept_and_fenced()
    {
        Start();

        _rig.Do(() => _engine.Decide(Some.Report(1)));
        _engine.Counters.Add(Some.Report(2, isVerdict: false));
        _rig.Pass(TimeSpan.FromMilliseconds(200));

        _rig.Events.Reported.Count.ShouldBe(2);
        _rig.Directory.LastReported("local_mona", Some.At(2)).ShouldNotBeEmpty();

        _engine.Watched[Some.Target(3)] = new(1);
        _rig.Events.Stale = [Some.At(3)];
        _rig.Do(() => _engine.Decide(Some.Report(3)));
        _engine.Watched.ShouldBeEmpty();
    }

    [Fact]
    public void It_asks_again_when_its_clock_has_jumped()
    {
        Start();

        _rig.Do(() =>
        {
            _engine.Pause();
            _engine.ClockJumped!();
        });

        _rig.Events.Connected.Count.ShouldBe(2);
        _engine.IsPaused.ShouldBeFalse();
    }

    [Fact]
    public void It_is_paused_while_its_question_is_open_even_if_an_earlier_answer_let_it_go_on()
    {
        Start();
        _rig.Events.Held = new TaskCompletionSource();

        // The engine paused itself, and the earlier answer came in between.
        _rig.Do(() =>
        {
            _engine.Unpause();
            _engine.ClockJumped!();
        });

        _engine.IsPaused.ShouldBeTrue();
        _rig.Do(_rig.Events.Held.SetResult);
        _engine.IsPaused.ShouldBeFalse();
    }

    private void Start()
    {
        _rig.Directory.AddLocal(_engine, 20_000, "1.2.3", "default");
        var mona = new LocalMona(_engine, _rig.Directory, _rig.Events, _rig.Time, NullLogger<LocalMona>.Instance);
        _ = _rig.Do(() => mona.RunAsync(_stop.Token));
    }
}
