using Server.Tests.Storage;
using Watchkeeper.Lifecycle.Faults;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Engine;
using Watchkeeper.Server.Storage;
using static Server.Tests.Engine.TestPlans;

namespace Server.Tests.Engine;

public sealed class OperationDeskTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static OpeningRequest Request(int instance) => new()
    {
        VnfInstanceId = new VnfInstanceId(Samples.Id(instance)),
        Operation = LcmOperationType.MonitoringMigration,
    };

    [Fact]
    public async Task Of_fifty_requests_at_once_one_is_opened_and_the_others_are_told_which()
    {
        var held = new TaskCompletionSource();
        var step = new ScriptedStep("a", async (operation, _) =>
        {
            await held.Task;
            return StepResult.Done(operation);
        });
        await using var rig = new EngineRig([Of(1, Stop("a"))], [step]);
        await rig.AddInstanceAsync(1);

        var admissions = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => rig.AskAsync(1)));

        var opened = admissions.OfType<Admission.Opened>().ShouldHaveSingleItem().Operation;
        var refusals = admissions.OfType<Admission.Refused>().ToArray();
        refusals.Length.ShouldBe(49);
        refusals.ShouldAllBe(refused => refused.Fault.Status == 409);
        refusals.ShouldAllBe(refused => refused.Fault.Detail.Contains(opened.Id.ToString()));
        (await rig.Store.OccurrencesAsync(null, 100, Token)).ShouldHaveSingleItem();
        held.SetResult();
        (await rig.Watch.RestedAsync(opened.Id, Token))!.State.ShouldBe(LcmOperationState.Completed);
        (await rig.NotifiedAsync(opened.Id)).ShouldBe(
            [LcmOperationState.Starting, LcmOperationState.Processing, LcmOperationState.Completed]);
    }

    [Fact]
    public async Task An_operation_is_opened_with_its_notification_and_what_belongs_to_it_in_one_commit()
    {
        var gate = new Gate();
        await using var rig = new EngineRig([Of(1, Stop("a")), Of(2, Stop("a"))], [new ScriptedStep("a")], gate: gate);
        await rig.AddInstanceAsync(1);
        var reached = gate.Hold();
        var opening = rig.Desk.OpenAsync(
            Request(1) with
            {
                IsAutomaticInvocation = true,
                AlsoWritten = (_, _) => [EventTable.Append(Samples.Event(1, 1))],
            },
            Token);
        await reached;
        (await rig.Store.NotificationsAsync(0, 10, Token)).ShouldBeEmpty();
        (await rig.Store.OccurrencesAsync(null, 10, Token)).ShouldBeEmpty();
        gate.LetGo();

        var opened = (await opening).ShouldBeOfType<Admission.Opened>().Operation;
        opened.PlanVersion.ShouldBe(2);
        opened.IsAutomaticInvocation.ShouldBeTrue();
        (await rig.Store.EventsAsync(0, null, 10, Token)).Length.ShouldBe(1);
        var told = (await rig.Store.NotificationsAsync(0, 1, Token)).Single().Entry;
        told.Type.ShouldBe("InfrastructureOperationOccurrenceNotification");
        told.At.ShouldBe(opened.StartTime);
        told.Instance.ShouldBe(NotifiedInstance.Of(Samples.Instance(1)));
        told.Operation!.State.ShouldBe(LcmOperationState.Starting);
    }

    [Fact]
    public void All_other_operations_are_told_by_the_standards_type() => StateNotification
        .TypeOf(LcmOperationType.Instantiate).ShouldBe("VnfLcmOperationOccurrenceNotification");

    [Fact]
    public async Task What_the_instance_forbids_or_is_not_there_stores_nothing()
    {
        await using var rig = new EngineRig([Of(1, Stop("a"))], [new ScriptedStep("a")]);
        await rig.AddInstanceAsync(1);
        var fault = new Fault("faults/not-instantiated", "Not instantiated", 409, "It is not.");

        (await rig.Desk.OpenAsync(Request(1) with { Objection = _ => fault }, Token))
            .ShouldBe(new Admission.Refused(fault));
        (await rig.AskAsync(2)).ShouldBeOfType<Admission.Refused>().Fault.Status.ShouldBe(404);
        (await rig.Store.OccurrencesAsync(null, 10, Token)).ShouldBeEmpty();
        (await rig.Store.NotificationsAsync(0, 10, Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_objection_is_asked_of_the_instance_that_the_commit_meets()
    {
        await using var rig = new EngineRig([Of(1, Stop("a"))], [new ScriptedStep("a")]);
        await rig.AddInstanceAsync(1);
        var fault = new Fault("faults/x", "X", 409, "x");
        Task? change = null;

        // The instance is changed after it was first looked at: the second look is the one that counts.
        var admission = await rig.Desk.OpenAsync(
            Request(1) with
            {
                Objection = instance => instance.Name == "changed" ? fault : null,
                AlsoWritten = (instance, _) =>
                {
                    change ??= rig.Store.CommitAsync(
                        [InstanceTable.Update(instance with { Name = "changed" })], Token);
                    return [];
                },
            },
            Token);

        await change!;
        admission.ShouldBe(new Admission.Refused(fault));
    }

    [Fact]
    public async Task What_conflicts_for_ever_is_refused_in_the_end()
    {
        await using var rig = new EngineRig([Of(1, Stop("a"))], [new ScriptedStep("a")]);
        await rig.AddInstanceAsync(1);

        var admission = await rig.Desk.OpenAsync(
            Request(1) with { AlsoWritten = (_, _) => [AgentTable.Delete("nobody")] }, Token);

        admission.ShouldBeOfType<Admission.Refused>().Fault.Status.ShouldBe(409);
        (await rig.Store.OccurrencesAsync(null, 10, Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_store_that_takes_no_writes_is_a_503()
    {
        await using var rig = new EngineRig(
            [Of(1, Stop("a"))], [new ScriptedStep("a")], gate: new Gate { Before = n => Crash.At(n, 2) });
        await rig.AddInstanceAsync(1);

        (await rig.AskAsync(1)).ShouldBeOfType<Admission.Refused>().Fault.Status.ShouldBe(503);
    }
}

/// <summary>Ends the writer as if the process had been killed.</summary>
internal static class Crash
{
    public static void At(int commit, int crashAt)
    {
        if (commit == crashAt)
        {
            throw new NotSupportedException("The process was killed here.");
        }
    }
}
