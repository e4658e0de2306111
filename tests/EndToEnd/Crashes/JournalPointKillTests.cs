using System.Net;
using EndToEnd.Harness;

namespace EndToEnd.Crashes;

/// <summary>
/// The server kills itself (SIGKILL) before and after every commit of an operation, and is started again: the operation
/// ends as the table says, every VM has its monitor there, and every state was told in order.
/// </summary>
public sealed class JournalPointKillTests(JournalPointKillTests.OneStage stage)
    : IClassFixture<JournalPointKillTests.OneStage>
{
    private Lab Lab => stage.Lab;

    public static TheoryData<string> Forward => Points(
        "STARTING", "validate", "PROCESSING", "unset-monitor", "update-service", "set-monitor", "COMPLETED");

    public static TheoryData<string> Failing => Points("FAILED_TEMP");

    public static TheoryData<string> Backward => Points(
        "ROLLING_BACK", "rollback/check-rollback", "rollback/unset-monitor", "rollback/update-service",
        "rollback/set-monitor", "ROLLED_BACK");

    public static TheoryData<string> Instantiation => Points(
        "INSTANTIATE/STARTING", "prepare", "INSTANTIATE/PROCESSING", "allocate", "make-vms", "INSTANTIATE/set-monitor",
        "await-alive");

    public static TheoryData<string> Termination => Points(
        "TERMINATE/STARTING", "TERMINATE/PROCESSING", "TERMINATE/unset-monitor", "TERMINATE/remove-vms");

    [Theory]
    [MemberData(nameof(Forward))]
    public async Task Killed_on_the_way_forward_a_migration_completes(string point)
    {
        var vnf = await Lab.DeployAsync("\"VMS\":2");

        await stage.KilledAtAsync(point, stage.Migration(vnf, "dmona1"));

        if (point == "before:STARTING")
        {
            // Nothing was stored, and nobody was told anything.
            (await stage.EndOfLastAsync(vnf)).Text("operation").ShouldBe("INSTANTIATE");
            await stage.DemandWatchedByAsync(vnf, "local_mona");
            return;
        }

        var ended = await stage.EndOfLastAsync(vnf);
        ended.Text("operationState").ShouldBe("COMPLETED", ended.GetRawText());
        await stage.DemandWatchedByAsync(vnf, "dmona1");
        await stage.DemandToldAsync(ended.Text("id"), "STARTING", "PROCESSING", "COMPLETED");
    }

    [Theory]
    [MemberData(nameof(Failing))]
    public async Task Killed_when_a_set_has_failed_a_migration_rests(string point)
    {
        var vnf = await Lab.DeployAsync("\"VMS\":2");
        await stage.DrillAsync("dmona1", """{"refuse-set":{}}""");

        await stage.KilledAtAsync(point, stage.Migration(vnf, "dmona1"));

        var rests = await stage.EndOfLastAsync(vnf);
        rests.Text("operationState").ShouldBe("FAILED_TEMP", rests.GetRawText());
        await stage.DrillAsync("dmona1", null);
        await stage.DemandWatchedByAsync(vnf, "dmona1");
        await stage.DemandToldAsync(rests.Text("id"), "STARTING", "PROCESSING", "FAILED_TEMP");
        (await stage.AskAsync(rests.Text("id"), "fail")).ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [MemberData(nameof(Backward))]
    public async Task Killed_on_the_way_back_a_migration_is_rolled_back(string point)
    {
        var vnf = await Lab.DeployAsync("\"VMS\":2");
        var operation = await stage.RestingAsync(vnf, "dmona1");

        await stage.KilledAtAsync(point, () => stage.AskAsync(operation, "rollback"));
        if (point == "before:ROLLING_BACK")
        {
            (await stage.EndOfLastAsync(vnf)).Text("operationState").ShouldBe("FAILED_TEMP");
            (await stage.AskAsync(operation, "rollback")).ShouldBe(HttpStatusCode.Accepted);
        }

        var ended = await Lab.Rest.EndOfAsync(operation);
        ended.Text("operationState").ShouldBe("ROLLED_BACK", ended.GetRawText());
        await stage.DemandWatchedByAsync(vnf, "local_mona");
        await stage.DemandToldAsync(
            operation, "STARTING", "PROCESSING", "FAILED_TEMP", "ROLLING_BACK", "ROLLED_BACK");
    }

    [Theory]
    [MemberData(nameof(Instantiation))]
    public async Task Killed_while_it_instantiates_a_VNF_comes_up(string point)
    {
        var vnf = await Lab.CreateAsync();

        await stage.KilledAtAsync(point, () => Lab.BeginInstantiateAsync(vnf, "\"VMS\":2"));
        if (point == "before:INSTANTIATE/STARTING")
        {
            await Lab.BeginInstantiateAsync(vnf, "\"VMS\":2");
        }

        var ended = await stage.EndOfLastAsync(vnf);
        ended.Text("operationState").ShouldBe("COMPLETED", ended.GetRawText());
        (await Lab.Rest.GetAsync(Lab.Monitoring(vnf))).Items("vnfcs").Length.ShouldBe(2);
        await stage.DemandWatchedByAsync(vnf, "local_mona");
        await stage.DemandToldAsync(ended.Text("id"), "STARTING", "PROCESSING", "COMPLETED");
    }

    [Theory]
    [MemberData(nameof(Termination))]
    public async Task Killed_while_it_terminates_a_VNF_leaves_nothing(string point)
    {
        var vnf = await Lab.DeployAsync("\"VMS\":2");

        await stage.KilledAtAsync(point, TerminateAsync);
        if (point == "before:TERMINATE/STARTING")
        {
            await TerminateAsync();
        }

        var ended = await stage.EndOfLastAsync(vnf);
        ended.Text("operation").ShouldBe("TERMINATE");
        ended.Text("operationState").ShouldBe("COMPLETED", ended.GetRawText());
        (await Lab.Rest.GetAsync(Lab.Monitoring(vnf))).Items("vnfcs").ShouldBeEmpty();
        await stage.DemandToldAsync(ended.Text("id"), "STARTING", "PROCESSING", "COMPLETED");

        Task TerminateAsync() =>
            Lab.Rest.PostAsync($"vnf_instances/{vnf}/terminate", """{"terminationType":"FORCEFUL"}""");
    }

    private static TheoryData<string> Points(params string[] commits) => [.. KillStage.Points(commits)];

    /// <summary>One server for all points.</summary>
    public sealed class OneStage() : KillStage(terminalStateOnError: false);
}
