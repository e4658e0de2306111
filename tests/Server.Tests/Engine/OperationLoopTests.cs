using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Engine;
using static Server.Tests.Engine.TestPlans;

namespace Server.Tests.Engine;

public sealed class OperationLoopTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_occurrence_has_one_runner_however_often_it_is_woken()
    {
        var entered = new TaskCompletionSource();
        var held = new TaskCompletionSource();
        var step = new ScriptedStep("a", async (operation, _) =>
        {
            entered.TrySetResult();
            await held.Task;
            return StepResult.Done(operation);
        });
        await using var rig = new EngineRig([Of(1, Stop("a"))], [step]);
        await rig.AddInstanceAsync(1);
        var id = (await rig.AskAsync(1)).ShouldBeOfType<Admission.Opened>().Operation.Id;
        await entered.Task;

        foreach (var _ in Enumerable.Range(0, 20))
        {
            rig.Loop.Wake(id);
        }

        await rig.Recovery.ScanAsync(Token);
        held.SetResult();
        (await rig.Watch.RestedAsync(id, Token))!.State.ShouldBe(LcmOperationState.Completed);
        step.Attempts.ShouldBe(1);
    }

    [Fact]
    public async Task So_many_are_at_work_at_a_time_and_no_more()
    {
        const int Operations = OperationLoop.MostAtWork + 6;
        var entered = new SemaphoreSlim(0);
        var held = new SemaphoreSlim(0);
        var counting = new Lock();
        var atWork = 0;
        var most = 0;
        var step = new ScriptedStep("a", async (operation, cancellationToken) =>
        {
            lock (counting)
            {
                most = Math.Max(most, ++atWork);
            }

            entered.Release();
            await held.WaitAsync(cancellationToken);
            lock (counting)
            {
                atWork--;
            }

            return StepResult.Done(operation);
        });
        await using var rig = new EngineRig([Of(1, Stop("a"))], [step]);
        var ids = new List<OperationId>();
        foreach (var n in Enumerable.Range(1, Operations))
        {
            await rig.AddInstanceAsync(n);
            ids.Add((await rig.AskAsync(n)).ShouldBeOfType<Admission.Opened>().Operation.Id);
        }

        for (var n = 0; n < OperationLoop.MostAtWork; n++)
        {
            await entered.WaitAsync(Token);
        }

        entered.CurrentCount.ShouldBe(0);
        held.Release(Operations);
        foreach (var id in ids)
        {
            (await rig.Watch.RestedAsync(id, Token))!.State.ShouldBe(LcmOperationState.Completed);
        }

        most.ShouldBe(OperationLoop.MostAtWork);
    }

    [Fact]
    public async Task What_can_only_wait_takes_no_place_and_goes_on_when_its_wait_is_over()
    {
        const int Operations = OperationLoop.MostAtWork + 6;
        var entered = new SemaphoreSlim(0);
        var over = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var step = new ScriptedStep("a", (operation, _) =>
        {
            entered.Release();
            return Task.FromResult(over.Task.IsCompleted
                ? StepResult.Done(operation)
                : StepResult.Waiting(operation, over.Task));
        });
        await using var rig = new EngineRig([Of(1, Stop("a"))], [step]);
        var ids = new List<OperationId>();
        foreach (var n in Enumerable.Range(1, Operations))
        {
            await rig.AddInstanceAsync(n);
            ids.Add((await rig.AskAsync(n)).ShouldBeOfType<Admission.Opened>().Operation.Id);
        }

        for (var n = 0; n < Operations; n++)
        {
            await entered.WaitAsync(Token);
        }

        // Whoever waits is known: a scan does not have it look again. What is opened after the scan has its turn after
        // all that the scan woke.
        await rig.Recovery.ScanAsync(Token);
        await rig.AddInstanceAsync(Operations + 1);
        ids.Add((await rig.AskAsync(Operations + 1)).ShouldBeOfType<Admission.Opened>().Operation.Id);
        await entered.WaitAsync(Token);
        step.Attempts.ShouldBe(Operations + 1);
        over.SetResult();
        foreach (var id in ids)
        {
            (await rig.Watch.RestedAsync(id, Token))!.State.ShouldBe(LcmOperationState.Completed);
        }

        step.Attempts.ShouldBe(2 * ids.Count);
    }

    [Fact]
    public async Task What_waits_looks_again_when_somebody_wakes_it()
    {
        var entered = new SemaphoreSlim(0);
        var never = new TaskCompletionSource();
        var mayEnd = false;
        var step = new ScriptedStep("a", (operation, _) =>
        {
            entered.Release();
            return Task.FromResult(Volatile.Read(ref mayEnd)
                ? StepResult.Done(operation)
                : StepResult.Waiting(operation, never.Task));
        });
        await using var rig = new EngineRig([Of(1, Stop("a"))], [step]);
        await rig.AddInstanceAsync(1);
        var id = (await rig.AskAsync(1)).ShouldBeOfType<Admission.Opened>().Operation.Id;
        await entered.WaitAsync(Token);

        Volatile.Write(ref mayEnd, true);
        rig.Loop.Wake(id);

        (await rig.Watch.RestedAsync(id, Token))!.State.ShouldBe(LcmOperationState.Completed);
    }
}
