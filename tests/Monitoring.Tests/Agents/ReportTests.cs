using Watchkeeper.Monitoring.Rules;
using static Monitoring.Tests.Agents.EngineRig;

namespace Monitoring.Tests.Agents;

public class ReportTests
{
    private static readonly KpiState Up = new(Believed: true, Trues: 1, Falses: 0);

    [Fact]
    public async Task A_fresh_target_is_told_with_its_first_sample()
    {
        using var rig = new EngineRig();
        await rig.Set(Assign(1, 1));
        rig.Verdicts().ShouldBeEmpty();
        rig.Advance(1);
        rig.Verdicts().ShouldHaveSingleItem().Kpis[0].State.Believed.ShouldBe(true);
    }

    [Fact]
    public async Task A_handed_over_belief_is_told_at_once()
    {
        using var rig = new EngineRig();
        await rig.Set(Assign(1, 1, Carry(Up)));
        rig.Verdicts().ShouldHaveSingleItem().IsVerdict.ShouldBeTrue();
    }

    [Fact]
    public async Task Moved_counters_are_told_but_are_no_verdict()
    {
        using var rig = new EngineRig();
        await rig.Set(Assign(1, 1, Carry(Up, until: 0.5)));
        rig.Verdicts();
        rig.Advance(0.8);
        rig.Verdicts().ShouldBeEmpty();
        var report = rig.Reports().ShouldHaveSingleItem();
        report.IsVerdict.ShouldBeFalse();
        report.Kpis[0].SinceLastProbe.ShouldBe(TimeSpan.FromSeconds(0.3));
        report.Kpis[0].UntilDue.ShouldBe(TimeSpan.FromSeconds(0.7));
        rig.Reports().ShouldBeEmpty();
    }

    [Fact]
    public async Task Only_the_latest_level_is_told_however_long_nobody_takes_it()
    {
        using var rig = new EngineRig();
        await rig.Set(Assign(1, 1, Carry(Up)), Assign(2, 1, Carry(Up)));
        for (var i = 0; i < 5; i++)
        {
            rig.Silence();
            rig.Advance(3);
            rig.Revive();
            rig.Advance(1);
        }

        var reports = rig.Reports();
        reports.Select(report => report.Target).ShouldBe([Id(1), Id(2)], ignoreOrder: true);
        reports.ShouldAllBe(report => report.Kpis[0].Raised >= 8 && report.Kpis[0].State.Believed == true);
    }

    [Fact]
    public async Task At_most_so_many_are_taken_and_the_rest_stays()
    {
        using var rig = new EngineRig();
        await rig.Set([.. Enumerable.Range(1, 5).Select(number => Assign(number, 1, Carry(Up)))]);
        rig.Engine.TakeReports(3, verdictsOnly: true).Length.ShouldBe(3);
        rig.Engine.TakeReports(3, verdictsOnly: false).Length.ShouldBe(2);
    }

    [Fact]
    public async Task A_continuous_alarm_is_raised_with_every_sample_while_the_condition_lasts()
    {
        using var rig = new EngineRig();
        await rig.Set(Assign(1, 1, Carry(Up, until: 0.5)) with { Kpis = [Alive(falses: 1, continuous: true)] });
        rig.Verdicts();
        for (var raised = 1; raised <= 3; raised++)
        {
            rig.Advance(1);
            rig.Verdicts().ShouldHaveSingleItem().Kpis[0].Raised.ShouldBe(raised);
        }

        rig.Silence();
        rig.Advance(1.1);
        rig.Verdicts().ShouldHaveSingleItem().Kpis[0].Raised.ShouldBe(4);
        rig.Advance(2);
        rig.Verdicts().ShouldBeEmpty();
    }

    [Fact]
    public async Task After_a_reconnect_every_watched_level_is_told_again_with_its_gap()
    {
        using var rig = new EngineRig();
        await rig.Set(Assign(1, 1, Carry(Up, since: 0.4, until: 0.6)), Assign(2, 1));
        await rig.Unset(2, 1);
        rig.Advance(1);
        rig.Reports();
        rig.Engine.TellAll();
        var report = rig.Verdicts().ShouldHaveSingleItem();
        report.Target.ShouldBe(Id(1));
        report.Gap.ShouldBe(TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task A_target_that_left_tells_nothing_more()
    {
        using var rig = new EngineRig();
        await rig.Set(Assign(1, 1, Carry(Up)));
        await rig.Unset(1, 1, hold: 0);
        rig.Reports().ShouldBeEmpty();
        await rig.Set(Assign(2, 1, Carry(Up)));
        rig.Reports().ShouldHaveSingleItem().Target.ShouldBe(Id(2));
    }

    [Fact]
    public async Task Whoever_waits_for_a_verdict_is_woken_by_one_and_only_by_one()
    {
        using var rig = new EngineRig();
        await rig.Set(Assign(1, 1, Carry(Up, until: 0.5)));
        await rig.Lane.Call(() => rig.Engine.WaitForVerdictsAsync(CancellationToken.None));
        rig.Verdicts();

        var waiting = rig.Lane.Call(() => rig.Engine.WaitForVerdictsAsync(CancellationToken.None));
        rig.Advance(1);
        waiting.IsCompleted.ShouldBeFalse();
        rig.Silence();
        rig.Advance(3);
        waiting.IsCompletedSuccessfully.ShouldBeTrue();

        rig.Verdicts();
        using var patience = new CancellationTokenSource();
        var impatient = rig.Lane.Call(() => rig.Engine.WaitForVerdictsAsync(patience.Token));
        rig.Lane.Call(() =>
        {
            patience.Cancel();
            return true;
        });
        await Should.ThrowAsync<OperationCanceledException>(() => impatient);
    }
}
