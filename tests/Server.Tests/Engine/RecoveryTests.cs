using Server.Tests.Storage;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Engine;
using Watchkeeper.Server.Storage;
using static Server.Tests.Engine.TestPlans;

namespace Server.Tests.Engine;

public sealed class RecoveryTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static OperationPlan Plan { get; } =
        Of(1, Stop("a"), Stop("b", LcmTrigger.RollbackRequested), Stop("c")) with
        {
            Backward = [Stop("d")],
        };

    // Open, PROCESSING, a, b with FAILED_TEMP, ROLLING_BACK, d with ROLLED_BACK.
    private const int Commits = 6;

    public static TheoryData<int, bool> EveryCommit()
    {
        var data = new TheoryData<int, bool>();
        foreach (var commit in Enumerable.Range(1, Commits))
        {
            data.Add(commit, false);
            data.Add(commit, true);
        }

        return data;
    }

    [Fact]
    public async Task Without_a_crash_there_are_so_many_commits()
    {
        var gate = new Gate();
        await using var rig = new EngineRig([Plan], Steps(), gate: gate);
        await rig.AddInstanceAsync(1);
        await rig.RunAsync(1, unattended: true);
        gate.Groups.Count.ShouldBe(1 + Commits);
    }

    [Theory]
    [MemberData(nameof(EveryCommit))]
    public async Task A_crash_at_any_commit_leaves_an_operation_that_ends_as_if_there_had_been_none(
        int commit, bool isDurable)
    {
        var directory = StoreRig.NewDirectory();
        await using (var rig = new StoreRig(directory))
        {
            await rig.Store.CommitAsync([InstanceTable.Insert(Samples.Instance(1))], Token);
        }

        var gate = isDurable
            ? new Gate { After = n => Crash.At(n, commit) }
            : new Gate { Before = n => Crash.At(n, commit) };
        await using (var rig = new EngineRig([Plan], Steps(), directory, gate))
        {
            if (await rig.AskAsync(1, unattended: true) is Admission.Opened(var operation))
            {
                await Task.WhenAny(rig.Rig.Writing, rig.Watch.RestedAsync(operation.Id, Token));
            }
        }

        await using (var rig = new EngineRig([Plan], Steps(), directory))
        {
            if ((await rig.Store.OccurrencesAsync(null, 10, Token)).IsEmpty)
            {
                // The client was told that nothing was stored, and asks again.
                (commit, isDurable).ShouldBe((1, false));
                (await rig.AskAsync(1, unattended: true)).ShouldBeOfType<Admission.Opened>();
            }

            await rig.Recovery.ScanAsync(Token);
            var stored = (await rig.Store.OccurrencesAsync(null, 10, Token))[0];
            var end = (await rig.Watch.RestedAsync(stored.Id, Token)).ShouldNotBeNull();

            end.State.ShouldBe(LcmOperationState.RolledBack);
            end.Journal.Select(line => (line.Entry, line.Step.Value)).ShouldBe([(1, "a"), (1, "b"), (2, "d")]);
            (await rig.NotifiedAsync(end.Id)).ShouldBe(
            [
                LcmOperationState.Starting, LcmOperationState.Processing, LcmOperationState.FailedTemp,
                LcmOperationState.RollingBack, LcmOperationState.RolledBack,
            ]);
            (await rig.Store.EventsAsync(0, null, 10, Token)).Select(e => e.Event.Detail).ShouldBe(["a", "b", "d"]);
        }

        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task An_occurrence_is_finished_by_the_plan_that_it_was_opened_with()
    {
        var directory = StoreRig.NewDirectory();
        OperationId id;
        var old = Of(1, Stop("a"));
        await using (var rig = new EngineRig(
            [old], [new ScriptedStep("a")], directory, new Gate { Before = n => Crash.At(n, 4) }))
        {
            await rig.AddInstanceAsync(1);
            id = (await rig.AskAsync(1)).ShouldBeOfType<Admission.Opened>().Operation.Id;
            await Should.ThrowAsync<NotSupportedException>(rig.Rig.Writing);
        }

        await using (var rig = new EngineRig(
            [old, Of(2, Stop("b"))], [new ScriptedStep("a"), new ScriptedStep("b")], directory))
        {
            await rig.Recovery.ScanAsync(Token);
            var end = (await rig.Watch.RestedAsync(id, Token)).ShouldNotBeNull();
            end.Journal.Select(line => line.Step.Value).ShouldBe(["a"]);
            (await rig.RunAsync(1)).Journal.Select(line => line.Step.Value).ShouldBe(["b"]);
        }

        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task What_a_newer_version_opened_is_left_alone()
    {
        await using var rig = new EngineRig([Of(1, Stop("a"))], [new ScriptedStep("a")]);
        var strange = Samples.Operation(1, 1) with { PlanVersion = 9 };
        await rig.AddInstanceAsync(2);
        await rig.Store.CommitAsync([OccurrenceTable.Insert(strange)], Token);

        await rig.Recovery.ScanAsync(Token);
        await rig.Recovery.ScanAsync(Token);
        (await rig.RunAsync(2)).State.ShouldBe(LcmOperationState.Completed);

        (await rig.Store.FindOccurrenceAsync(strange.Id, Token))!.State.ShouldBe(LcmOperationState.Starting);
    }

    // Each outcome brings an event: two of one step would show that an outcome was stored twice.
    private static IStep[] Steps()
    {
        ScriptedStep Noted(string name, StepOutcome outcome) => new(name, (operation, _) => Task.FromResult(
            new StepResult(outcome, operation, [EventTable.Append(Samples.Event(0, 1) with { Detail = name })])));
        return
        [
            Noted("a", new StepOutcome.Done(ChangedService: true)),
            Noted("b", new StepOutcome.Failed(new("faults/test", "Test", 500, "no"))),
            Noted("c", new StepOutcome.Done()),
            Noted("d", new StepOutcome.Done(ChangedService: true)),
        ];
    }
}
