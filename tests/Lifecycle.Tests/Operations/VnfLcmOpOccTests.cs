using Watchkeeper.Lifecycle.Faults;
using Watchkeeper.Lifecycle.Operations;
using static Watchkeeper.Lifecycle.Operations.LcmTrigger;

namespace Lifecycle.Tests.Operations;

public sealed class VnfLcmOpOccTests
{
    private static readonly DateTimeOffset Later = MigrationReplay.Opened().StartTime.AddMinutes(1);
    private static readonly Fault Fault = new("faults/x", "X", 500, "x");
    private static readonly StepName Step = new("validate");

    [Fact]
    public void An_arrow_that_does_not_exist_can_not_be_taken() => Should
        .Throw<InvalidOperationException>(() => MigrationReplay.Opened().Moved(Succeeded, null, Later))
        .Message.ShouldContain("Succeeded leads nowhere");

    [Fact]
    public void Nothing_is_decided_of_an_occurrence_or_a_plan_that_is_none()
    {
        Should.Throw<ArgumentNullException>(() => LcmDecider.Next(null!, null!)).ParamName.ShouldBe("operation");
        Should.Throw<ArgumentNullException>(() => LcmDecider.Next(MigrationReplay.Opened(), null!))
            .ParamName.ShouldBe("plan");
    }

    [Fact]
    public void The_way_out_is_that_of_the_step_that_stopped_the_plan_and_not_of_a_warning()
    {
        var other = new StepName("unset-monitor");
        var plan = MigrationReplay.Plan with
        {
            Forward =
            [
                new(other, IfFails.GoOn, Unattended: FailRequested),
                new(Step, IfFails.Stop, Unattended: RollbackRequested),
            ],
        };
        var waiting = MigrationReplay.Opened(unattended: true).Moved(Admitted, null, Later)
            .Ended(other, new StepOutcome.Failed(Fault), Later)
            .Ended(Step, new StepOutcome.Failed(Fault), Later)
            .Moved(Interrupted, Fault, Later);

        LcmDecider.Next(waiting, plan).ShouldBe(new Decision.Move(RollbackRequested));
    }

    [Fact]
    public void A_step_that_only_waits_leaves_the_monitors_to_others_and_only_while_it_is_due()
    {
        var waits = new StepName("await-alive");
        var plan = MigrationReplay.Plan with
        {
            Forward = [new(Step, IfFails.Stop), new(waits, IfFails.Stop, OnlyWaits: true)],
            Backward = [new(waits, IfFails.Stop)],
        };
        var opened = MigrationReplay.Opened();
        var processing = opened.Moved(Admitted, null, Later);
        var waiting = processing.Ended(Step, new StepOutcome.Done(), Later);
        var failed = waiting.Ended(waits, new StepOutcome.Failed(Fault), Later);
        var resting = failed.Moved(Interrupted, Fault, Later);

        LcmDecider.HoldsMonitors(opened, plan).ShouldBeTrue();
        LcmDecider.HoldsMonitors(processing, plan).ShouldBeTrue();
        LcmDecider.HoldsMonitors(waiting, plan).ShouldBeFalse();
        LcmDecider.HoldsMonitors(failed, plan).ShouldBeTrue();
        LcmDecider.HoldsMonitors(resting, plan).ShouldBeFalse();
        LcmDecider.HoldsMonitors(resting.Moved(RollbackRequested, null, Later), plan).ShouldBeTrue();
        LcmDecider.HoldsMonitors(resting.Moved(FailRequested, null, Later), plan).ShouldBeFalse();
        Should.Throw<ArgumentNullException>(() => LcmDecider.HoldsMonitors(null!, plan))
            .ParamName.ShouldBe("operation");
        Should.Throw<ArgumentNullException>(() => LcmDecider.HoldsMonitors(opened, null!)).ParamName.ShouldBe("plan");
    }

    [Fact]
    public void A_warning_is_told_once()
    {
        var warned = MigrationReplay.Opened().Warned("a").Warned("b").Warned("a");

        warned.Warnings.ShouldBe(["a", "b"]);
    }

    [Fact]
    public void Each_entry_into_a_working_state_is_an_attempt_of_its_own()
    {
        var processing = MigrationReplay.Opened().Moved(Admitted, null, Later);
        var waiting = processing.Ended(Step, new StepOutcome.Failed(Fault), Later).Moved(Interrupted, Fault, Later);
        var again = waiting.Moved(RetryRequested, null, Later);
        var back = waiting.Moved(RollbackRequested, null, Later);

        processing.Entry.ShouldBe(1);
        processing.StateEnteredTime.ShouldBe(Later);
        waiting.Entry.ShouldBe(1);
        waiting.OutcomeOf(Step).ShouldNotBeNull();
        (again.Entry, again.IsBackward, again.OutcomeOf(Step)).ShouldBe((2, false, null));
        (back.Entry, back.IsBackward, back.OutcomeOf(Step)).ShouldBe((2, true, null));
        back.Moved(Interrupted, null, Later).IsBackward.ShouldBeTrue();
        again.Journal.Length.ShouldBe(1);
    }

    [Fact]
    public void A_fault_stays_until_another_comes_or_all_is_well()
    {
        var waiting = MigrationReplay.Opened().Moved(Admitted, null, Later).Moved(Interrupted, Fault, Later);
        var again = waiting.Moved(RetryRequested, null, Later);
        var other = Fault with { Detail = "y" };

        waiting.Fault.ShouldBe(Fault);
        waiting.Moved(FailRequested, null, Later).Fault.ShouldBe(Fault);
        waiting.Moved(FailRequested, other, Later).Fault.ShouldBe(other);
        again.Fault.ShouldBe(Fault);
        again.Moved(Succeeded, null, Later).Fault.ShouldBeNull();
        waiting.Moved(RollbackRequested, null, Later).Moved(Succeeded, null, Later).Fault.ShouldBe(Fault);
    }

    [Fact]
    public void The_service_is_changed_by_every_second_change_undone()
    {
        var operation = MigrationReplay.Opened();
        operation.HasChangedService.ShouldBeFalse();
        operation = operation.Ended(Step, new StepOutcome.Done(), Later);
        operation.HasChangedService.ShouldBeFalse();
        operation = operation.Ended(Step, new StepOutcome.Failed(Fault, ChangedService: true), Later);
        operation.HasChangedService.ShouldBeTrue();
        operation = operation.Ended(Step, new StepOutcome.Failed(Fault), Later);
        operation.HasChangedService.ShouldBeTrue();
        operation.Ended(Step, new StepOutcome.Done(ChangedService: true), Later).HasChangedService.ShouldBeFalse();
    }

    [Fact]
    public void It_holds_its_instance_until_it_ends_also_while_it_waits_for_a_client()
    {
        var waiting = MigrationReplay.Opened().Moved(Admitted, null, Later).Moved(Interrupted, Fault, Later);
        waiting.IsOpen.ShouldBeTrue();
        waiting.Moved(FailRequested, null, Later).IsOpen.ShouldBeFalse();
    }
}
