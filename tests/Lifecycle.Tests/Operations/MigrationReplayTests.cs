using Watchkeeper.Lifecycle.Operations;
using static Watchkeeper.Lifecycle.Operations.LcmTrigger;

namespace Lifecycle.Tests.Operations;

/// <summary>Every row of the requirement's error table, played through the decider.</summary>
public sealed class MigrationReplayTests
{
    private const string Begun = "Starting > Processing > ";
    private const string Back = "check-rollback > unset-monitor > update-service > set-monitor > RolledBack";

    [Theory]
    [InlineData("nothing fails", "", "validate > unset-monitor > update-service > set-monitor > Completed")]
    [InlineData("rows 1, 2", "1:validate", "!validate > FailedTemp")]
    [InlineData("row 3", "1:unset-monitor", "validate > !unset-monitor > update-service > set-monitor > Completed")]
    [InlineData("row 4", "1:update-service", "validate > unset-monitor > !update-service > set-monitor > FailedTemp")]
    [InlineData("row 4, amendment fails", "1:update-service 1:set-monitor",
        "validate > unset-monitor > !update-service > !set-monitor > FailedTemp")]
    [InlineData("row 5", "1:set-monitor", "validate > unset-monitor > update-service > !set-monitor > FailedTemp")]
    [InlineData("rows 3 and 5", "1:unset-monitor 1:set-monitor",
        "validate > !unset-monitor > update-service > !set-monitor > FailedTemp")]
    public void A_failure_is_left_to_a_client(string row, string fails, string transcript) =>
        MigrationReplay.Play(fails, unattended: false).ShouldBe(Begun + transcript, row);

    [Theory]
    [InlineData("rows 1, 2", "1:validate", "!validate > FailedTemp > Failed")]
    [InlineData("row 3", "1:unset-monitor", "validate > !unset-monitor > update-service > set-monitor > Completed")]
    [InlineData("row 4, nothing changed", "1:update-service",
        "validate > unset-monitor > !update-service > set-monitor > FailedTemp > RollingBack > RolledBack")]
    [InlineData("row 4, changed although it failed", "1:update-service+",
        "validate > unset-monitor > !update-service > set-monitor > FailedTemp > RollingBack > " + Back)]
    [InlineData("row 5", "1:set-monitor",
        "validate > unset-monitor > update-service > !set-monitor > FailedTemp > RollingBack > " + Back)]
    [InlineData("row 6", "1:set-monitor 2:unset-monitor",
        "validate > unset-monitor > update-service > !set-monitor > FailedTemp > RollingBack > "
        + "check-rollback > !unset-monitor > update-service > set-monitor > RolledBack")]
    [InlineData("row 7", "1:set-monitor 2:update-service",
        "validate > unset-monitor > update-service > !set-monitor > FailedTemp > RollingBack > "
        + "check-rollback > unset-monitor > !update-service > set-monitor > FailedTemp")]
    [InlineData("row 8", "1:set-monitor 2:set-monitor",
        "validate > unset-monitor > update-service > !set-monitor > FailedTemp > RollingBack > "
        + "check-rollback > unset-monitor > update-service > !set-monitor > RolledBack")]
    public void A_failure_is_settled_without_a_client(string row, string fails, string transcript) =>
        MigrationReplay.Play(fails, unattended: true).ShouldBe(Begun + transcript, row);

    [Theory]
    [InlineData("row 5", "1:set-monitor",
        "validate > unset-monitor > update-service > !set-monitor > FailedTemp > [RetryRequested] Processing > "
        + "validate > unset-monitor > update-service > set-monitor > Completed")]
    [InlineData("row 1, and again", "1:validate 2:validate",
        "!validate > FailedTemp > [RetryRequested] Processing > !validate > FailedTemp")]
    public void A_retry_plays_the_plan_afresh(string row, string fails, string transcript) =>
        MigrationReplay.Play(fails, unattended: false, RetryRequested).ShouldBe(Begun + transcript, row);

    [Theory]
    [InlineData("row 8, works", "1:set-monitor",
        "validate > unset-monitor > update-service > !set-monitor > FailedTemp > [RollbackRequested] RollingBack > "
        + Back)]
    [InlineData("row 7, update fails", "1:set-monitor 2:update-service",
        "validate > unset-monitor > update-service > !set-monitor > FailedTemp > [RollbackRequested] RollingBack > "
        + "check-rollback > unset-monitor > !update-service > set-monitor > FailedTemp")]
    [InlineData("row 7, nothing to update", "1:update-service",
        "validate > unset-monitor > !update-service > set-monitor > FailedTemp > [RollbackRequested] RollingBack > "
        + "!check-rollback > FailedTemp")]
    [InlineData("row 7, nothing to update after row 1", "1:validate",
        "!validate > FailedTemp > [RollbackRequested] RollingBack > !check-rollback > FailedTemp")]
    public void A_rollback_by_a_client_undoes_what_was_changed(string row, string fails, string transcript) =>
        MigrationReplay.Play(fails, unattended: false, RollbackRequested).ShouldBe(Begun + transcript, row);

    [Fact]
    public void A_client_may_ask_again_and_again() => MigrationReplay
        .Play("1:set-monitor 2:update-service", unattended: true, RetryRequested)
        .ShouldEndWith("!update-service > set-monitor > FailedTemp > [RetryRequested] Processing > "
            + "validate > unset-monitor > update-service > set-monitor > Completed");

    [Fact]
    public void What_a_client_gives_up_has_failed() => MigrationReplay
        .Play("1:validate", unattended: false, FailRequested)
        .ShouldEndWith("FailedTemp > [FailRequested] Failed");

    [Fact]
    public void A_preparation_that_fails_ends_rolled_back_and_one_that_works_is_admitted()
    {
        var plan = MigrationReplay.Plan with { Preparation = [new(new("reserve"), IfFails.Stop)] };
        var opened = MigrationReplay.Opened();
        LcmDecider.Next(opened, plan).ShouldBe(new Decision.Perform(new("reserve")));

        var fault = new Watchkeeper.Lifecycle.Faults.Fault("faults/x", "X", 500, "x");
        LcmDecider.Next(opened.Ended(new("reserve"), new StepOutcome.Failed(fault), opened.StartTime), plan)
            .ShouldBe(new Decision.Move(Refused, fault));
        LcmDecider.Next(opened.Ended(new("reserve"), new StepOutcome.Done(), opened.StartTime), plan)
            .ShouldBe(new Decision.Move(Admitted));
    }

    [Fact]
    public void Unattended_without_a_failed_step_there_is_no_way_out_of_its_own()
    {
        var waiting = MigrationReplay.Opened(unattended: true)
            .Moved(Admitted, null, DateTimeOffset.UnixEpoch).Moved(Interrupted, null, DateTimeOffset.UnixEpoch);
        LcmDecider.Next(waiting, MigrationReplay.Plan).ShouldBe(new Decision.Rest());
    }
}
