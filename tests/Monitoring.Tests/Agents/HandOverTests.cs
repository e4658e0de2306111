using CsCheck;
using Watchkeeper.Monitoring.Agents;
using Watchkeeper.Monitoring.Probes;
using Watchkeeper.Monitoring.Rules;
using static Monitoring.Tests.Agents.EngineRig;

namespace Monitoring.Tests.Agents;

public class HandOverTests
{
    private static readonly KpiState TwoOfThree = new(Believed: true, Trues: 0, Falses: 2);

    [Fact]
    public async Task A_target_at_two_of_three_failures_stays_there_and_the_third_decides()
    {
        using var rig = new EngineRig();
        rig.Silence();
        await rig.Set(Assign(1, 4, Carry(TwoOfThree, raised: 7)));

        rig.Verdicts().ShouldHaveSingleItem().Kpis[0].State.ShouldBe(TwoOfThree);
        rig.Advance(2);
        var verdict = rig.Verdicts().ShouldHaveSingleItem();
        verdict.Kpis[0].State.Believed.ShouldBe(false);
        verdict.Kpis[0].Raised.ShouldBe(8);
        verdict.Epoch.ShouldBe(new AssignmentEpoch(4));
    }

    [Fact]
    public async Task The_first_probe_comes_at_the_handed_over_time_and_the_phase_is_kept()
    {
        using var rig = new EngineRig();
        await rig.Set(Assign(1, 2, Carry(TwoOfThree, since: 0.4, until: 0.6)));
        rig.Advance(3);
        rig.Prober.Asked.Select(asked => asked.At.TotalSeconds).ShouldBe([0.6, 1.6, 2.6], tolerance: 0.0051);
    }

    [Fact]
    public async Task An_overdue_beat_is_asked_at_once_and_missed_ones_are_not_made_up_for()
    {
        using var rig = new EngineRig();
        await rig.Set(Assign(1, 2, Carry(TwoOfThree, since: 4.5, until: -3.5)));
        rig.Prober.Asked.ShouldHaveSingleItem().At.ShouldBe(TimeSpan.Zero);
        rig.Advance(1.7);
        rig.Prober.Asked.Select(asked => asked.At.TotalSeconds).ShouldBe([0, 0.5, 1.5], tolerance: 0.0051);
    }

    [Fact]
    public async Task The_gap_is_told_once_from_the_last_probe_there_to_the_first_here()
    {
        using var rig = new EngineRig();
        await rig.Set(Assign(1, 2, Carry(TwoOfThree, since: 0.4, until: 0.6)));
        rig.Reports().ShouldHaveSingleItem().Gap.ShouldBeNull();
        rig.Advance(0.61);
        rig.Reports().ShouldHaveSingleItem().Gap.ShouldBe(TimeSpan.FromSeconds(1));
        rig.Advance(1);
        rig.Reports().ShouldHaveSingleItem().Gap.ShouldBeNull();
    }

    [Fact]
    public async Task A_probe_in_flight_is_given_up_and_its_beat_handed_over_as_due()
    {
        using var rig = new EngineRig();
        rig.Silence();
        await rig.Set(Assign(1, 2, Carry(TwoOfThree, until: 0)));
        var asked = rig.Prober.Asked.ShouldHaveSingleItem();
        rig.Advance(0.3);

        var carried = (await rig.Unset(1, 2)).Carried.ShouldHaveSingleItem();
        carried.State.ShouldBe(TwoOfThree);
        carried.UntilDue.ShouldBe(TimeSpan.FromSeconds(-0.3));
        carried.SinceLastProbe.ShouldBe(TimeSpan.FromSeconds(0.3));

        asked.Answer(ProbeAnswer.Alive);
        rig.Advance(0.2);
        (await rig.Unset(1, 2)).Carried.ShouldHaveSingleItem().State.ShouldBe(TwoOfThree);
    }

    [Fact]
    public async Task A_second_unset_tells_the_same_state_moved_on_by_the_time()
    {
        using var rig = new EngineRig();
        await rig.Set(Assign(1, 2, Carry(TwoOfThree)));
        var first = (await rig.Unset(1, 2)).Carried.ShouldHaveSingleItem();
        rig.Advance(0.25);
        var second = (await rig.Unset(1, 2)).Carried.ShouldHaveSingleItem();
        second.ShouldBe(first.After(TimeSpan.FromSeconds(0.25)));
        rig.Prober.Asked.ShouldBeEmpty();
    }

    [Fact]
    public void However_often_it_moves_a_target_counts_like_one_that_never_moved() =>
        Gen.Select(
                Gen.Double[0.55, 2.2].Array[1, 12],
                Gen.Double[0, 0.3].Array[12],
                Gen.Bool.Array[64],
                Gen.Double[0, 0.45])
            .Sample((stays, travels, pattern, latency) => MovesLikeATwin(stays, travels, pattern, latency), iter: 300);

    private static bool MovesLikeATwin(double[] stays, double[] travels, bool[] pattern, double latency)
    {
        using var twin = new EngineRig();
        using var first = new EngineRig(beside: twin);
        using var second = new EngineRig(beside: twin);
        EngineRig[] agents = [first, second];
        foreach (var rig in (EngineRig[])[twin, first, second])
        {
            rig.Prober.Latency = TimeSpan.FromSeconds(latency);
            rig.Prober.World = asked => pattern[(int)(asked.At.TotalSeconds + 0.5) % 64] ? ProbeAnswer.Alive : null;
        }

        // Beats are at 0.5 s, 1.5 s, …: a beat asked up to 0.9 s late is still the same beat. A stay is longer than a
        // time-out, else a target that is moved faster than it is given time to answer loses beats.
        var start = Carry(default, since: 0.5, until: 0.5);
        Completed(twin.Set(Assign(1, 1, start)));
        Completed(first.Set(Assign(1, 1, start)));
        for (var move = 0; move < stays.Length; move++)
        {
            twin.Advance(stays[move]);
            var carried = Completed(agents[move % 2].Unset(1, move + 1)).Carried.ShouldHaveSingleItem();
            twin.Advance(travels[move]);
            Completed(agents[(move + 1) % 2].Set(Assign(1, move + 2, carried.After(TimeSpan.FromSeconds(travels[move])))));
            agents[move % 2].Release(1, move + 2);
        }

        // To rest in the middle between two beats, with every answer in.
        twin.Advance(3 - (twin.Time.Elapsed.TotalSeconds % 1) + 0.45);
        var moved = Completed(agents[stays.Length % 2].Unset(1, stays.Length + 1)).Carried.ShouldHaveSingleItem();
        var stayed = Completed(twin.Unset(1, 1)).Carried.ShouldHaveSingleItem();
        moved.State.ShouldBe(stayed.State);
        moved.Raised.ShouldBe(stayed.Raised);
        return true;
    }

    private static T Completed<T>(Task<T> task)
    {
        task.IsCompletedSuccessfully.ShouldBeTrue();
#pragma warning disable RS0030, VSTHRD002, xUnit1031 // It has ended: nothing is waited for.
        return task.Result;
#pragma warning restore RS0030, VSTHRD002, xUnit1031
    }
}
