using Microsoft.Data.Sqlite;
using Server.Tests.Storage;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Engine;
using Watchkeeper.Server.Storage;
using static Server.Tests.Engine.TestPlans;

namespace Server.Tests.Engine;

public sealed class OperationRunnerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Outcomes_are_journalled_with_what_the_step_leaves_and_each_state_is_notified()
    {
        var step = new ScriptedStep("a", (operation, _) => Task.FromResult(StepResult.Done(
            operation with { Warnings = ["from the step"], State = LcmOperationState.Failed, Journal = [] },
            EventTable.Append(Samples.Event(1, 1)))));
        await using var rig = new EngineRig([Of(1, Stop("a"), Stop("b"))], [step, new ScriptedStep("b")]);
        await rig.AddInstanceAsync(1);

        var end = await rig.RunAsync(1);

        end.State.ShouldBe(LcmOperationState.Completed);
        end.Journal.Select(line => line.Step.Value).ShouldBe(["a", "b"]);
        end.Warnings.ShouldBe(["from the step"]);
        (await rig.Store.EventsAsync(0, null, 10, Token)).Length.ShouldBe(1);
        (await rig.Store.FindOccurrenceAsync(end.Id, Token))!.Version.ShouldBe(end.Version);
        (await rig.NotifiedAsync(end.Id)).ShouldBe(
            [LcmOperationState.Starting, LcmOperationState.Processing, LcmOperationState.Completed]);
    }

    [Fact]
    public async Task A_failure_that_is_passed_over_is_a_warning_and_so_is_that_of_an_amendment()
    {
        ScriptedStep Failing(string name) =>
            new(name, (operation, _) => Task.FromResult(ScriptedStep.Failed(operation, $"{name} went wrong")));
        await using var rig = new EngineRig(
            [Of(1, GoOn("a"), Stop("b", LcmTrigger.RollbackRequested, amend: "c"))],
            [Failing("a"), Failing("b"), Failing("c")]);
        await rig.AddInstanceAsync(1);

        var waiting = await rig.RunAsync(1);

        waiting.State.ShouldBe(LcmOperationState.FailedTemp);
        waiting.Fault!.Detail.ShouldBe("b went wrong");
        waiting.Warnings.ShouldBe(["a went wrong", "c went wrong"]);
    }

    [Fact]
    public async Task An_occurrence_left_unattended_passes_all_its_states_and_each_is_notified()
    {
        var step = new ScriptedStep("a", (o, _) => Task.FromResult(ScriptedStep.Failed(o, "no")));
        await using var rig = new EngineRig([Of(1, Stop("a", LcmTrigger.RollbackRequested))], [step]);
        await rig.AddInstanceAsync(1);

        var end = await rig.RunAsync(1, unattended: true);

        end.State.ShouldBe(LcmOperationState.RolledBack);
        end.Fault!.Detail.ShouldBe("no");
        (await rig.NotifiedAsync(end.Id)).ShouldBe(
        [
            LcmOperationState.Starting, LcmOperationState.Processing, LcmOperationState.FailedTemp,
            LcmOperationState.RollingBack, LcmOperationState.RolledBack,
        ]);
    }

    [Fact]
    public async Task An_exception_nobody_expected_becomes_a_failure_with_a_reference()
    {
        var step = new ScriptedStep("a", (_, _) => throw new InvalidOperationException("secret"));
        await using var rig = new EngineRig([Of(1, Stop("a"))], [step]);
        await rig.AddInstanceAsync(1);

        var waiting = await rig.RunAsync(1);

        waiting.State.ShouldBe(LcmOperationState.FailedTemp);
        waiting.Fault!.Status.ShouldBe(500);
        waiting.Fault.Detail.ShouldNotContain("secret");
        step.Attempts.ShouldBe(1);
    }

    [Fact]
    public async Task A_deadline_of_a_steps_own_that_passed_is_a_failure_and_not_a_stop()
    {
        var step = new ScriptedStep("a", (_, _) => throw new OperationCanceledException());
        await using var rig = new EngineRig([Of(1, Stop("a"))], [step]);
        await rig.AddInstanceAsync(1);

        (await rig.RunAsync(1)).State.ShouldBe(LcmOperationState.FailedTemp);
    }

    [Fact]
    public async Task A_step_that_the_server_leaves_by_stopping_is_done_again_after_the_restart()
    {
        var directory = StoreRig.NewDirectory();
        var entered = new TaskCompletionSource();
        OperationId id;
        var step = new ScriptedStep("a", async (operation, stopping) =>
        {
            entered.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stopping);
            return StepResult.Done(operation);
        });
        await using (var rig = new EngineRig([Of(1, Stop("a"))], [step], directory))
        {
            await rig.AddInstanceAsync(1);
            id = (await rig.AskAsync(1)).ShouldBeOfType<Admission.Opened>().Operation.Id;
            await entered.Task;
        }

        await using (var rig = new EngineRig([Of(1, Stop("a"))], [new ScriptedStep("a")], directory))
        {
            (await rig.Store.FindOccurrenceAsync(id, Token))!.State.ShouldBe(LcmOperationState.Processing);
            await rig.Recovery.ScanAsync(Token);
            (await rig.Watch.RestedAsync(id, Token))!.State.ShouldBe(LcmOperationState.Completed);
        }

        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task A_store_that_is_unavailable_is_waited_for_longer_each_time_up_to_a_limit()
    {
        var time = new InstantTime();
        var failures = 12;
        var step = new ScriptedStep("a", (operation, _) => failures-- > 0
            ? throw new StoreUnavailableException("disk full", new IOException())
            : Task.FromResult(StepResult.Done(operation)));
        await using var rig = new EngineRig([Of(1, Stop("a"))], [step], time: time);
        await rig.AddInstanceAsync(1);

        (await rig.RunAsync(1)).State.ShouldBe(LcmOperationState.Completed);

        time.Waits.Select(wait => wait.TotalMilliseconds)
            .ShouldBe([50, 100, 200, 400, 800, 1600, 3200, 5000, 5000, 5000, 5000]);
    }

    [Fact]
    public async Task While_the_store_takes_nothing_no_step_is_done_again()
    {
        var (failures, done) = (0, 0);
        var gate = new Gate
        {
            Before = _ =>
            {
                if (failures > 0)
                {
                    failures--;
                    throw new SqliteException("disk full", SQLitePCL.raw.SQLITE_FULL);
                }
            },
        };
        var step = new ScriptedStep("a", (operation, _) =>
        {
            failures = done++ == 0 ? 6 : 0;
            return Task.FromResult(StepResult.Done(operation));
        });
        await using var rig = new EngineRig([Of(1, Stop("a"))], [step], gate: gate, time: new InstantTime());
        await rig.AddInstanceAsync(1);

        (await rig.RunAsync(1)).State.ShouldBe(LcmOperationState.Completed);

        done.ShouldBe(2, "what it does may be to put VMs to sleep");
    }

    [Fact]
    public async Task A_conflict_is_decided_anew_and_one_that_never_ends_is_a_failure()
    {
        var conflicts = 1;
        var once = new ScriptedStep("once", (operation, _) => Task.FromResult(conflicts-- > 0
            ? StepResult.Done(operation, AgentTable.Delete("nobody"))
            : StepResult.Done(operation)));
        var always = new ScriptedStep("always", (operation, _) =>
            Task.FromResult(StepResult.Done(operation, AgentTable.Delete("nobody"))));
        await using var rig = new EngineRig(
            [Of(1, Stop("once"), Stop("always"))], [once, always], time: new InstantTime());
        await rig.AddInstanceAsync(1);

        var waiting = await rig.RunAsync(1);

        waiting.State.ShouldBe(LcmOperationState.FailedTemp);
        waiting.Journal.Select(line => line.Outcome.GetType().Name).ShouldBe(["Done", "Failed"]);
        once.Attempts.ShouldBe(2);
        always.Attempts.ShouldBe(OperationRunner.MostConflicts);
    }

    [Fact]
    public void A_plan_with_a_step_that_nobody_wrote_stops_the_start() =>
        Should.Throw<InvalidOperationException>(() => new StepCatalog(
                [new ScriptedStep("a")], new PlanCatalog([Of(1, Stop("a", amend: "b"))])))
            .Message.ShouldContain("no step 'b'");

    [Fact]
    public async Task A_write_that_the_store_will_never_take_is_a_failure_of_its_step()
    {
        var step = new ScriptedStep("a", (operation, _) => Task.FromResult(
            StepResult.Done(operation, new Write("UPDATE nothing SET what = 1", []))));
        await using var rig = new EngineRig([Of(1, Stop("a"))], [step], time: new InstantTime());
        await rig.AddInstanceAsync(1);

        var waiting = await rig.RunAsync(1);

        waiting.State.ShouldBe(LcmOperationState.FailedTemp);
        waiting.Fault!.Type.ShouldBe("faults/unexpected");
        step.Attempts.ShouldBe(1);
    }

    [Fact]
    public async Task Who_kept_something_for_an_operation_is_told_when_it_has_stopped_working()
    {
        var ended = new List<OperationId>();
        var failing = new ScriptedStep("a", (_, _) => throw new NotSupportedException());
        await using var rig = new EngineRig([Of(1, Stop("a"))], [failing], workEnded: ended.Add);
        await rig.AddInstanceAsync(1);

        var waiting = await rig.RunAsync(1);
        ended.ShouldBe([waiting.Id]);
        await rig.Requests.FailAsync(waiting.Id, null, Token);

        ended.ShouldBe([waiting.Id, waiting.Id]);
    }
}
