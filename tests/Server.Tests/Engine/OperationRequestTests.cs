using System.Diagnostics.Metrics;
using Server.Tests.Storage;
using Watchkeeper.Lifecycle.Faults;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Engine;
using static Server.Tests.Engine.TestPlans;

namespace Server.Tests.Engine;

public sealed class OperationRequestTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static ScriptedStep FailsOnce()
    {
        var failures = 1;
        return new ScriptedStep("a", (operation, _) => Task.FromResult(failures-- > 0
            ? ScriptedStep.Failed(operation, "no")
            : StepResult.Done(operation)));
    }

    [Fact]
    public async Task Of_fifty_requests_at_once_exactly_one_wins()
    {
        var held = new TaskCompletionSource();
        var attempts = 0;
        var step = new ScriptedStep("a", async (operation, _) =>
        {
            if (Interlocked.Increment(ref attempts) == 1)
            {
                return ScriptedStep.Failed(operation, "no");
            }

            await held.Task;
            return StepResult.Done(operation);
        });
        await using var rig = new EngineRig([Of(1, Stop("a")) with { Backward = [Stop("a")] }], [step]);
        await rig.AddInstanceAsync(1);
        var id = (await rig.RunAsync(1)).Id;

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(n => (n % 3) switch
        {
            0 => rig.Requests.RetryAsync(id, Token),
            1 => rig.Requests.RollbackAsync(id, Token),
            _ => rig.Requests.FailAsync(id, null, Token),
        }));

        var accepted = answers.OfType<RequestAnswer.Accepted>().ShouldHaveSingleItem().Operation;
        answers.OfType<RequestAnswer.Refused>().ShouldAllBe(refused => refused.Fault.Status == 409);
        held.SetResult();
        var end = await rig.Watch.RestedAsync(id, Token);
        end!.IsOpen.ShouldBeFalse();
        var notified = await rig.NotifiedAsync(id);
        notified.Distinct().Count().ShouldBe(
            notified.Length - (accepted.State == LcmOperationState.Processing ? 1 : 0));
    }

    [Fact]
    public async Task Retry_goes_forward_again_and_is_notified()
    {
        await using var rig = new EngineRig([Of(1, Stop("a"))], [FailsOnce()]);
        await rig.AddInstanceAsync(1);
        var id = (await rig.RunAsync(1)).Id;

        (await rig.Requests.RetryAsync(id, Token)).ShouldBeOfType<RequestAnswer.Accepted>();
        var end = (await rig.Watch.RestedAsync(id, Token))!;

        end.State.ShouldBe(LcmOperationState.Completed);
        end.Fault.ShouldBeNull();
        (await rig.NotifiedAsync(id)).ShouldBe(
        [
            LcmOperationState.Starting, LcmOperationState.Processing, LcmOperationState.FailedTemp,
            LcmOperationState.Processing, LcmOperationState.Completed,
        ]);
        (await rig.Requests.RetryAsync(id, Token)).ShouldBeOfType<RequestAnswer.Refused>().Fault.Status.ShouldBe(409);
    }

    [Fact]
    public async Task Fail_returns_the_occurrence_with_the_fault_that_stopped_it_or_the_reason_given()
    {
        await using var rig = new EngineRig([Of(1, Stop("a"))], [FailsOnce()]);
        await rig.AddInstanceAsync(1);
        var waiting = await rig.RunAsync(1);
        var reason = new Fault("faults/recovery-due", "Recovery due", 409, "A VM is down.");

        var failed = (await rig.Requests.FailAsync(waiting.Id, reason, Token))
            .ShouldBeOfType<RequestAnswer.Accepted>().Operation;

        (failed.State, failed.Fault).ShouldBe((LcmOperationState.Failed, reason));
        (await rig.Store.FindOccurrenceAsync(waiting.Id, Token))!.Version.ShouldBe(failed.Version);
        (await rig.AskAsync(1)).ShouldBeOfType<Admission.Opened>();
    }

    [Fact]
    public async Task Cancel_of_an_atomic_operation_and_any_request_on_an_unknown_one_is_a_404()
    {
        await using var rig = new EngineRig([Of(1, Stop("a"))], [FailsOnce()]);
        await rig.AddInstanceAsync(1);
        var waiting = await rig.RunAsync(1);

        (await rig.Requests.CancelAsync(waiting.Id, Token)).ShouldBeOfType<RequestAnswer.Refused>()
            .Fault.Status.ShouldBe(404);
        (await rig.Store.FindOccurrenceAsync(waiting.Id, Token))!.Version.ShouldBe(waiting.Version);
        var unknown = new OperationId(Samples.Id(7));
        foreach (var answer in new[]
        {
            await rig.Requests.CancelAsync(unknown, Token),
            await rig.Requests.RetryAsync(unknown, Token),
            await rig.Requests.RollbackAsync(unknown, Token),
            await rig.Requests.FailAsync(unknown, null, Token),
        })
        {
            answer.ShouldBeOfType<RequestAnswer.Refused>().Fault.Status.ShouldBe(404);
        }
    }

    [Fact]
    public async Task Cancel_where_a_plan_allows_it_stops_the_operation_and_drops_the_step_under_way()
    {
        var entered = new TaskCompletionSource();
        var held = new TaskCompletionSource();
        var step = new ScriptedStep("a", async (operation, _) =>
        {
            entered.SetResult();
            await held.Task;
            return StepResult.Done(operation);
        });
        await using var rig = new EngineRig([Of(1, Stop("a")) with { IsCancellable = true }], [step]);
        await rig.AddInstanceAsync(1);
        var id = (await rig.AskAsync(1)).ShouldBeOfType<Admission.Opened>().Operation.Id;
        await entered.Task;

        (await rig.Requests.CancelAsync(id, Token)).ShouldBeOfType<RequestAnswer.Accepted>()
            .Operation.State.ShouldBe(LcmOperationState.FailedTemp);
        held.SetResult();
        var waiting = (await rig.Watch.RestedAsync(id, Token))!;
        waiting.Fault!.Type.ShouldBe("faults/cancelled");
        waiting.Journal.ShouldBeEmpty();
        (await rig.Requests.CancelAsync(id, Token)).ShouldBeOfType<RequestAnswer.Refused>()
            .Fault.Status.ShouldBe(409);
    }

    [Fact]
    public async Task Ends_are_counted_by_operation_and_state()
    {
        var counted = new List<string>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Name == "watchkeeper.operations.ended")
            {
                l.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) =>
        {
            lock (counted)
            {
                counted.Add($"{value} {tags[0].Value} {tags[1].Value}");
            }
        });
        listener.Start();
        await using var rig = new EngineRig([Of(1, Stop("a"))], [new ScriptedStep("a")]);
        await rig.AddInstanceAsync(1);
        await rig.RunAsync(1);

        lock (counted)
        {
            counted.ShouldContain("1 MONITORING_MIGRATION COMPLETED");
        }
    }
}
