using Watchkeeper.Monitoring.Agents;
using static Monitoring.Tests.Agents.EngineRig;

namespace Monitoring.Tests.Agents;

public class DrillTests
{
    [Theory]
    [InlineData("refuse-set", DrillKind.RefuseSet, 0, null)]
    [InlineData("hang-set:after=2", DrillKind.HangSet, 2, null)]
    [InlineData("refuse-unset:times=3", DrillKind.RefuseUnset, 0, 3)]
    [InlineData("hang-unset:after=1,times=4", DrillKind.HangUnset, 1, 4)]
    [InlineData("hang-unset:times=4,after=1", DrillKind.HangUnset, 1, 4)]
    public void A_switch_is_read_as_it_is_written(string text, DrillKind kind, int after, int? times)
    {
        DrillSwitches.TryParse(text, out var drill, out var error).ShouldBeTrue();
        drill.ShouldBe(new Drill(kind, after, times));
        error.ShouldBeNull();
        DrillSwitches.KindOf(DrillSwitches.NameOf(kind)).ShouldBe(kind);
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("refuse")]
    [InlineData("refuse-set:")]
    [InlineData("refuse-set:after")]
    [InlineData("refuse-set:after=")]
    [InlineData("refuse-set:after=-1")]
    [InlineData("refuse-set:times=0")]
    [InlineData("refuse-set:after=1,after=2")]
    [InlineData("refuse-set:after=1:times=2")]
    [InlineData("refuse-set:often=1")]
    [InlineData("refuse-set:after=99999999999")]
    public void Anything_else_is_refused_with_one_clear_line(string? text)
    {
        DrillSwitches.TryParse(text, out var drill, out var error).ShouldBeFalse();
        drill.ShouldBeNull();
        error.ShouldBe($"'{text}' is not a drill: "
            + "refuse-set|hang-set|refuse-unset|hang-unset, each with optional :after=N,times=M");
    }

    [Fact]
    public async Task So_many_vms_pass_then_so_many_are_refused()
    {
        var drills = new DrillSwitches();
        drills.SwitchOn(new Drill(DrillKind.RefuseSet, After: 1, Times: 1));
        using var rig = new EngineRig(new WatchOptions { Drills = drills });
        var outcomes = await rig.Set(Assign(1, 1), Assign(2, 1), Assign(3, 1));
        outcomes.Select(outcome => outcome.Refusal).ShouldBe([null, "refused by a drill"]);
        (await rig.Set(Assign(2, 1), Assign(3, 1))).ShouldAllBe(outcome => outcome.IsSet);
    }

    [Fact]
    public async Task A_hung_set_is_never_answered_but_those_before_it_are_watched()
    {
        var drills = new DrillSwitches();
        drills.SwitchOn(new Drill(DrillKind.HangSet, After: 1, Times: null));
        using var rig = new EngineRig(new WatchOptions { Drills = drills });
        var answer = rig.Lane.Call(() => rig.Engine.SetAsync([Assign(1, 1), Assign(2, 1)], CancellationToken.None));
        rig.Advance(10);
        answer.IsCompleted.ShouldBeFalse();
        rig.Engine.Monitors.ShouldBe(1);

        await rig.Stop();
        await Should.ThrowAsync<AgentLostException>(() => answer);
    }

    [Fact]
    public async Task A_refused_unset_leaves_the_watch_as_it_is()
    {
        var drills = new DrillSwitches();
        drills.SwitchOn(new Drill(DrillKind.RefuseUnset, After: 0, Times: 1));
        using var rig = new EngineRig(new WatchOptions { Drills = drills });
        await rig.Set(Assign(1, 1));
        (await rig.Unset(1, 1)).Refusal.ShouldBe("refused by a drill");
        rig.Engine.Monitors.ShouldBe(1);
        (await rig.Unset(1, 1)).IsUnset.ShouldBeTrue();
    }

    [Fact]
    public async Task A_hung_unset_ends_with_its_callers_patience()
    {
        var drills = new DrillSwitches();
        drills.SwitchOn(new Drill(DrillKind.HangUnset, After: 0, Times: null));
        using var rig = new EngineRig(new WatchOptions { Drills = drills });
        await rig.Set(Assign(1, 1));
        using var patience = new CancellationTokenSource();
        var answer = rig.Lane.Call(() => rig.Engine.UnsetAsync([At(1, 1)], Poll, patience.Token));
        rig.Lane.Call(() =>
        {
            patience.Cancel();
            return true;
        });
        await Should.ThrowAsync<OperationCanceledException>(() => answer);

        drills.Active.ShouldHaveSingleItem();
        drills.Clear();
        (await rig.Unset(1, 1)).IsUnset.ShouldBeTrue();
    }

    [Fact]
    public async Task No_drill_holds_up_a_fence_or_leaves_a_difference_without_an_answer()
    {
        var drills = new DrillSwitches();
        using var rig = new EngineRig(new WatchOptions { Drills = drills });
        await rig.Set(Assign(1, 1));
        drills.Replace([.. Enum.GetValues<DrillKind>().Select(kind => new Drill(kind, After: 0, Times: null))]);

        (await rig.Ask(engine => engine.LeaveAsync([At(1, 1)], CancellationToken.None)))
            .ShouldHaveSingleItem().IsUnset.ShouldBeTrue();
        rig.Engine.Monitors.ShouldBe(0);
        (await rig.Ask(engine => engine.TakeUpAsync([Assign(2, 1)], CancellationToken.None)))
            .ShouldHaveSingleItem().Refusal.ShouldBe("refused by a drill");
    }

    [Fact]
    public async Task Requests_that_hang_are_let_go_when_there_are_too_many()
    {
        var drills = new DrillSwitches();
        drills.SwitchOn(new Drill(DrillKind.HangUnset, After: 0, Times: null));
        using var rig = new EngineRig(new WatchOptions { Drills = drills });
        var answers = Enumerable.Range(0, 65)
            .Select(_ => rig.Lane.Call(() => rig.Engine.UnsetAsync([At(1, 1)], Poll, CancellationToken.None)))
            .ToList();
        answers.Select(answer => answer.IsCanceled).ShouldBe([true, .. Enumerable.Repeat(false, 64)]);
        await rig.Stop();
        await Should.ThrowAsync<AgentLostException>(() => answers[^1]);
    }
}
