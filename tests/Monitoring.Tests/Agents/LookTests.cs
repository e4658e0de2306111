using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Monitoring.Probes;
using Watchkeeper.Monitoring.Rules;
using static Monitoring.Tests.Agents.EngineRig;

namespace Monitoring.Tests.Agents;

public class LookTests
{
    [Fact]
    public async Task An_alive_target_is_asked_once()
    {
        using var rig = new EngineRig();
        var outcome = (await Look(rig, 0, 1)).ShouldHaveSingleItem();
        outcome.ShouldBe(new LookOutcome(Id(1), ProbeAnswer.Alive));
        rig.Prober.Asked.Count.ShouldBe(1);
        rig.Engine.Monitors.ShouldBe(0);
    }

    [Fact]
    public async Task A_silent_one_is_asked_three_times_within_a_second()
    {
        using var rig = new EngineRig();
        rig.Silence();
        var outcome = (await Look(rig, 1.02, 1)).ShouldHaveSingleItem();
        outcome.Answer.ShouldBe(ProbeAnswer.Silent("no answer in time"));
        rig.Prober.Asked.Select(asked => asked.At.TotalSeconds).ShouldBe([0, 0.333, 0.667], tolerance: 0.011);
    }

    [Fact]
    public async Task One_that_refuses_at_once_is_given_the_time_to_come_up()
    {
        using var rig = new EngineRig();
        rig.Prober.World = asked =>
            asked.At > TimeSpan.FromSeconds(0.5) ? ProbeAnswer.Alive : ProbeAnswer.Silent("refused");
        (await Look(rig, 0.7, 1)).ShouldHaveSingleItem().Answer.ShouldBe(ProbeAnswer.Alive);
        rig.Prober.Asked.Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_try_that_fails_within_the_agent_is_no_silence_and_the_look_ends()
    {
        using var rig = new EngineRig();
        rig.Prober.World = asked => asked.At > TimeSpan.Zero
            ? throw new InvalidOperationException("broken")
            : ProbeAnswer.Unknown("no socket");
        (await Look(rig, 0.7, 1)).ShouldHaveSingleItem().Answer.Kind.ShouldBe(ProbeAnswerKind.Unknown);
        rig.Prober.Asked.Count.ShouldBe(3);
    }

    [Fact]
    public async Task What_could_not_be_asked_is_unknown_and_what_was_once_silent_is_silent()
    {
        using var rig = new EngineRig();
        rig.Prober.World = asked => asked.Address == "10.0.0.1" || asked.At > TimeSpan.Zero
            ? ProbeAnswer.Unknown("no socket")
            : ProbeAnswer.Silent("refused");
        var outcomes = await Look(rig, 1, 1, 2);
        outcomes[0].Answer.ShouldBe(ProbeAnswer.Unknown("no socket"));
        outcomes[1].Answer.ShouldBe(ProbeAnswer.Silent("refused"));
    }

    [Fact]
    public async Task As_many_as_an_agent_watches_are_looked_at_within_one_second_and_one_more_is_unknown_at_once()
    {
        using var rig = new EngineRig();
        rig.Silence();
        var numbers = Enumerable.Range(1, LookRounds.Concurrent).ToArray();
        var answer = rig.Lane.Call(() => rig.Engine.LookAsync([.. numbers.Select(Request)], CancellationToken.None));
        (await Look(rig, 0, 1)).ShouldHaveSingleItem().Answer.Kind.ShouldBe(ProbeAnswerKind.Unknown);

        rig.Advance(1.02);

        answer.IsCompleted.ShouldBeTrue();
        var outcomes = await answer;
        outcomes.Select(outcome => outcome.Target).ShouldBe(numbers.Select(Id));
        outcomes.ShouldAllBe(outcome => outcome.Answer.Kind == ProbeAnswerKind.Silent);
        rig.Prober.Asked.Count.ShouldBe(numbers.Length * LookRounds.Tries);
    }

    [Fact]
    public async Task What_the_agent_had_no_free_probe_for_is_unknown_when_its_second_is_over()
    {
        using var rig = new EngineRig();
        rig.Silence();
        var answer = rig.Lane.Call(() => rig.Engine.LookAsync(
            [Request(1) with { Kpi = Alive() with { Collector = CollectorKind.TcpConnect, Port = 80 } }],
            CancellationToken.None));

        rig.Advance(1.02);

        answer.IsCompleted.ShouldBeTrue();
        (await answer).ShouldHaveSingleItem().Answer.Kind.ShouldBe(ProbeAnswerKind.Unknown);
    }

    [Fact]
    public async Task A_look_at_nothing_or_at_nowhere_asks_nobody()
    {
        using var rig = new EngineRig();
        (await Look(rig, 0)).ShouldBeEmpty();
        var answer = rig.Lane.Call(() => rig.Engine.LookAsync(
            [Request(1) with { Address = "nowhere" }, Request(2) with { Kpi = Alive() with { Timeout = default } }],
            CancellationToken.None));
        (await answer).ShouldAllBe(outcome => outcome.Answer.Kind == ProbeAnswerKind.Unknown);
        rig.Prober.Asked.ShouldBeEmpty();
    }

    [Fact]
    public async Task Looking_at_a_target_that_is_watched_does_not_disturb_its_beats()
    {
        using var rig = new EngineRig();
        await rig.Set(Assign(1, 1, Carry(default, until: 0.5)));
        await Look(rig, 1, 1);
        rig.Advance(2);
        rig.Prober.Asked.Select(asked => asked.At.TotalSeconds).ShouldBe([0, 0.5, 1.5, 2.5], tolerance: 0.0051);
    }

    private static LookRequest Request(int number) =>
        new(Id(number), $"10.0.{number / 250}.{1 + (number % 250)}", Alive());

    private static async Task<ImmutableArray<LookOutcome>> Look(EngineRig rig, double seconds, params int[] numbers)
    {
        var answer = rig.Lane.Call(() => rig.Engine.LookAsync(
            [.. numbers.Select(number => new LookRequest(Id(number), $"10.0.0.{number}", Alive()))],
            CancellationToken.None));
        rig.Advance(seconds);
        answer.IsCompleted.ShouldBeTrue("the look did not end");
        return await answer;
    }
}
