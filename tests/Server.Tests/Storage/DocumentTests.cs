using Watchkeeper.Lifecycle.Faults;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Storage;

namespace Server.Tests.Storage;

public sealed class DocumentTests
{
    [Fact]
    public void Every_outcome_of_a_step_comes_back_as_it_was()
    {
        var operation = Samples.Operation(1, 2)
            .Moved(LcmTrigger.Admitted, null, Samples.Noon)
            .Ended(new StepName("validate"), new StepOutcome.Done(ChangedService: true), Samples.Noon)
            .Ended(new StepName("set"), new StepOutcome.Failed(new Fault("faults/x", "X", 500, "x")), Samples.Noon);

        var read = Documents.Read<VnfLcmOpOcc>(Documents.Write(operation));

        read.Journal.ShouldBe(operation.Journal);
        (read with { Journal = operation.Journal, Parameters = operation.Parameters }).ShouldBe(operation);
        read.Parameters!.Value.GetRawText().ShouldBe(operation.Parameters!.Value.GetRawText());
    }

    [Fact]
    public void A_row_gives_the_same_text_again_and_keeps_its_pairs_in_ordinal_order()
    {
        var instance = Samples.Instance(1);
        var text = Documents.Write(instance);
        var read = Documents.Read<Watchkeeper.Lifecycle.Instances.VnfInstance>(text);

        Documents.Write(read).ShouldBe(text);
        read.Metadata.Keys.ShouldBe(["B", "b"]);
        read.Deployment!.ScaleStatus.Keys.ShouldBe(["B", "b"]);
        read.Deployment.Agent.ShouldBe(instance.Deployment!.Agent);
    }

    // A name that changes, or a member that is added, needs a migration that rewrites what is stored.
    [Fact]
    public void The_stored_shape_of_an_occurrence_is_a_contract()
    {
        const string Shape = """
            {"id":"00000001-0000-7000-8000-000000000001","vnfInstanceId":"00000002-0000-7000-8000-000000000001",
            "operation":"MonitoringMigration","planVersion":1,"version":0,"state":"Starting",
            "startTime":"2026-05-01T12:00:00.123+00:00","stateEnteredTime":"2026-05-01T12:00:00.123+00:00",
            "isAutomaticInvocation":false,"leavesFailedTempUnattended":false,
            "parameters":{"monitoring_agent":"dmonaName://dmona2","key":"MONITORING_AGENT"},
            "entry":1,"isBackward":false,
            "journal":[{"entry":1,"step":"a","outcome":{"outcome":"done","changedService":false},
            "at":"2026-05-01T12:00:00.123+00:00"}],
            "fault":{"type":"faults/x","title":"X","status":500,"detail":"x"},"warnings":["w"]}
            """;
        var operation = Samples.Operation(1, 2) with
        {
            Entry = 1,
            Journal = [new JournalLine(1, new StepName("a"), new StepOutcome.Done(), Samples.Noon)],
            Warnings = ["w"],
            Fault = new("faults/x", "X", 500, "x"),
        };

        Documents.Write(operation).ShouldBe(Shape.ReplaceLineEndings(""));
    }
}
