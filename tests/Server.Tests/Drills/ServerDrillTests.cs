using Microsoft.Extensions.Logging.Abstractions;
using Server.Tests.Storage;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Drills;
using Watchkeeper.Server.Engine;
using Watchkeeper.Server.Operations.Instantiate;
using Watchkeeper.Server.Operations.MonitoringMigration;
using Watchkeeper.Server.Storage;

namespace Server.Tests.Drills;

public sealed class ServerDrillTests
{
    private static readonly VnfLcmOpOcc Occurrence = Samples.Operation(1, 1) with
    {
        State = LcmOperationState.Completed,
    };

    private readonly List<string> _crashes = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("before:set-monitor", "before:set-monitor", 0, null)]
    [InlineData("after:rollback/set-monitor:after=1,times=2", "after:rollback/set-monitor", 1, 2)]
    [InlineData("after:COMPLETED:times=1", "after:COMPLETED", 0, 1)]
    public void A_text_of_the_configuration_is_a_drill(string text, string what, int after, int? times) =>
        ServerDrill.Parse(ServerDrillKind.CrashAt, text)
            .ShouldBe(new ServerDrill(ServerDrillKind.CrashAt, what, after, times));

    [Theory]
    [InlineData("set-monitor")]
    [InlineData("during:set-monitor")]
    [InlineData("before:")]
    [InlineData("before:x:after=-1")]
    [InlineData("before:x:after=1,after=2")]
    [InlineData("before:x:times=0")]
    [InlineData("before:x:")]
    public void What_is_no_drill_is_refused_by_name(string text) =>
        Should.Throw<FormatException>(() => ServerDrill.Parse(ServerDrillKind.CrashAt, text))
            .Message.ShouldStartWith($"drill.crashAt is '{text}', not before:POINT or after:POINT");

    [Fact]
    public void A_commit_of_a_step_and_a_state_has_both_names()
    {
        JournalPoints.NamesOf(new JournalPoint(Occurrence, MigrationPlan.SetMonitor, IsStateEntered: true)).ShouldBe(
        [
            "set-monitor", "MONITORING_MIGRATION/set-monitor", "COMPLETED", "MONITORING_MIGRATION/COMPLETED",
        ]);
        JournalPoints.NamesOf(new JournalPoint(
            Occurrence with { IsBackward = true }, MigrationPlan.SetMonitor, IsStateEntered: false)).ShouldBe(
            ["rollback/set-monitor", "MONITORING_MIGRATION/rollback/set-monitor"]);
    }

    [Fact]
    public void Every_step_of_every_plan_is_a_journal_point()
    {
        var all = JournalPoints.All(new PlanCatalog([MigrationPlan.Plan, InstantiatePlan.Plan])).ToList();

        all.ShouldBeSubsetOf(all.Distinct());
        all.ShouldContain("validate");
        all.ShouldContain("rollback/check-rollback");
        all.ShouldContain("INSTANTIATE/prepare");
        all.ShouldContain("MONITORING_MIGRATION/FAILED_TEMP");
        all.ShouldNotContain("rollback/validate");
    }

    [Fact]
    public async Task A_held_operation_stores_nothing_until_it_is_let_go()
    {
        await using var rig = new StoreRig();
        var drills = Drills(ServerDrillKind.Hold, "before:set-monitor");
        var store = new Store(rig.Writer, rig.Contexts, rig.Board, drills);
        var commit = store.CommitAsync(
            new JournalPoint(Occurrence, MigrationPlan.SetMonitor, IsStateEntered: true),
            [OccurrenceTable.Insert(Occurrence)], Token);

        drills.Active.Single().Held.ShouldBe([Occurrence.Id]);
        (await store.FindOccurrenceAsync(Occurrence.Id, Token)).ShouldBeNull();

        drills.Replace([]);
        await commit;
        (await store.FindOccurrenceAsync(Occurrence.Id, Token)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Who_is_held_after_the_commit_may_leave_and_is_not_told_that_nothing_was_stored()
    {
        await using var rig = new StoreRig();
        var drills = Drills(ServerDrillKind.Hold, "after:set-monitor");
        var store = new Store(rig.Writer, rig.Contexts, rig.Board, drills);
        using var leaving = new CancellationTokenSource();
        var commit = store.CommitAsync(
            new JournalPoint(Occurrence, MigrationPlan.SetMonitor, IsStateEntered: true),
            [OccurrenceTable.Insert(Occurrence)], leaving.Token);

        while (drills.Active.Single().Held.IsEmpty)
        {
            await Task.Yield();
        }

        await leaving.CancelAsync();
        await commit;
        drills.Active.Single().Held.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_crash_ends_the_process_at_its_point_only_and_nothing_is_done_after_it()
    {
        var drills = Drills(ServerDrillKind.CrashAt, "before:MONITORING_MIGRATION/set-monitor:after=1");
        await PassAsync(drills, MigrationPlan.UnsetMonitor, isStored: false);
        await PassAsync(drills, MigrationPlan.SetMonitor, isStored: true);
        await PassAsync(drills, MigrationPlan.SetMonitor, isStored: false);
        _crashes.ShouldBeEmpty();

        var passing = PassAsync(drills, MigrationPlan.SetMonitor, isStored: false);

        _crashes.Single().ShouldContain("before:MONITORING_MIGRATION/set-monitor");
        passing.IsCompleted.ShouldBeFalse();
        drills.Replace([]);
        await passing;
    }

    private static Task PassAsync(ServerDrills drills, StepName step, bool isStored) =>
        drills.PassAsync(new JournalPoint(Occurrence, step, IsStateEntered: false), isStored, Token);

    private ServerDrills Drills(ServerDrillKind kind, string text)
    {
        var drills = new ServerDrills(_crashes.Add, NullLogger<ServerDrills>.Instance);
        drills.Replace([ServerDrill.Parse(kind, text)]);
        return drills;
    }
}
