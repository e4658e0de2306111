using System.Net;
using EndToEnd.Harness;

namespace EndToEnd.Crashes;

/// <summary>
/// The server kills itself at the commits that only a migration with a failure has, while a client decides how it goes
/// on. What failed on the killed server on purpose works on the next one: where its failure was not stored yet, the
/// step is done again and succeeds.
/// </summary>
/// <remarks>A single point is for every run, the others are for the long one.</remarks>
public sealed class FailureKillTests(FailureKillTests.OneStage stage) : IClassFixture<FailureKillTests.OneStage>
{
    /// <summary>What fails, and what a client asks.</summary>
    public enum Story
    {
        /// <summary>Row 5, given up.</summary>
        Fail,

        /// <summary>Row 5, tried again when all works.</summary>
        Retry,

        /// <summary>Row 4, before it is written.</summary>
        Update,

        /// <summary>Row 4, after it was written.</summary>
        WrittenUpdate,

        /// <summary>Row 7.</summary>
        RollbackUpdate,

        /// <summary>Row 8.</summary>
        RollbackSet,
    }

    private Lab Lab => stage.Lab;

    public static TheoryData<Story, string> Points => LongRun.IsOn
        ?
        [
            .. Of(Story.Fail, "FAILED"),
            .. Of(
                Story.Retry, "PROCESSING", "validate", "unset-monitor", "update-service", "set-monitor", "COMPLETED"),
            .. Of(Story.Update, "update-service", "set-monitor", "FAILED_TEMP"),
            .. Of(Story.WrittenUpdate, "update-service", "set-monitor", "FAILED_TEMP"),
            .. Of(Story.RollbackUpdate, "rollback/update-service", "rollback/set-monitor", "FAILED_TEMP"),
            .. Of(Story.RollbackSet, "rollback/set-monitor", "ROLLED_BACK"),
        ]
        : [(Story.Update, "after:update-service")];

    [Theory]
    [MemberData(nameof(Points))]
    public async Task Killed_on_its_way_with_a_failure_a_migration_ends_as_the_table_says(Story story, string point)
    {
        var vnf = await Lab.DeployAsync("\"VMS\":2");

        await (story switch
        {
            Story.Fail => GiveUpAsync(vnf, point),
            Story.Retry => RetryAsync(vnf, point),
            Story.Update => UpdateAsync(vnf, point, "fail", isWritten: false),
            Story.WrittenUpdate => UpdateAsync(vnf, point, "fail-after-write", isWritten: true),
            Story.RollbackUpdate => FailTheRollbackUpdateAsync(vnf, point),
            Story.RollbackSet => FailTheRollbackSetAsync(vnf, point),
            _ => throw new ArgumentOutOfRangeException(nameof(story), story, "Nobody tells it."),
        });
    }

    private async Task GiveUpAsync(string vnf, string point)
    {
        var operation = await stage.RestingAsync(vnf, "dmona1");

        await AskAndBeKilledAsync(operation, "fail", point, entry: "FAILED");

        await DemandAsync(vnf, "dmona1", "STARTING", "PROCESSING", "FAILED_TEMP", "FAILED");
    }

    private async Task RetryAsync(string vnf, string point)
    {
        var operation = await stage.RestingAsync(vnf, "dmona1");

        await AskAndBeKilledAsync(operation, "retry", point, entry: "PROCESSING");

        await DemandAsync(vnf, "dmona1", "STARTING", "PROCESSING", "FAILED_TEMP", "PROCESSING", "COMPLETED");
    }

    private async Task UpdateAsync(string vnf, string point, string how, bool isWritten)
    {
        await stage.KilledAtAsync(point, stage.Migration(vnf, "dmona1"), $"\"serviceUpdate\":\"{how}:times=1\"");

        if (point == "before:update-service")
        {
            await DemandAsync(vnf, "dmona1", "STARTING", "PROCESSING", "COMPLETED");
            return;
        }

        await DemandAsync(vnf, isWritten ? "dmona1" : "local_mona", "STARTING", "PROCESSING", "FAILED_TEMP");
        await EndAsync(vnf);
    }

    private async Task FailTheRollbackUpdateAsync(string vnf, string point)
    {
        var operation = await stage.RestingAsync(vnf, "dmona1");

        await stage.KilledAtAsync(
            point, () => stage.AskAsync(operation, "rollback"), "\"rollbackUpdate\":\"fail:times=1\"");

        if (point == "before:rollback/update-service")
        {
            await DemandAsync(
                vnf, "local_mona", "STARTING", "PROCESSING", "FAILED_TEMP", "ROLLING_BACK", "ROLLED_BACK");
            return;
        }

        await DemandAsync(vnf, "dmona1", "STARTING", "PROCESSING", "FAILED_TEMP", "ROLLING_BACK", "FAILED_TEMP");
        await EndAsync(vnf);
    }

    // The agent refuses as long as it is told to, whatever becomes of the server.
    private async Task FailTheRollbackSetAsync(string vnf, string point)
    {
        await stage.Migration(vnf, "dmona2")();
        (await stage.EndOfLastAsync(vnf)).Text("operationState").ShouldBe("COMPLETED");
        var operation = await stage.RestingAsync(vnf, "dmona1");
        await stage.DrillAsync("dmona2", """{"refuse-set":{}}""");

        await stage.KilledAtAsync(point, () => stage.AskAsync(operation, "rollback"));

        var ended = await stage.EndOfLastAsync(vnf);
        ended.Text("operationState").ShouldBe("ROLLED_BACK", ended.GetRawText());
        (await Lab.Rest.GetAsync($"vnf_lcm_op_occs/{operation}")).Items("warnings")
            .ShouldContain(warning => warning.ToString().Contains("No monitor on dmona2"), "who has no monitor");
        await stage.DrillAsync("dmona2", null);
        await DemandAsync(vnf, "dmona2", "STARTING", "PROCESSING", "FAILED_TEMP", "ROLLING_BACK", "ROLLED_BACK");
    }

    // Killed before its entry was stored, a request was never made, and is made again.
    private async Task AskAndBeKilledAsync(string operation, string request, string point, string entry)
    {
        await stage.KilledAtAsync(point, () => stage.AskAsync(operation, request));
        if (point == $"before:{entry}")
        {
            (await Lab.Rest.GetAsync($"vnf_lcm_op_occs/{operation}")).Text("operationState").ShouldBe("FAILED_TEMP");
            (await stage.AskAsync(operation, request)).ShouldBe(
                request == "fail" ? HttpStatusCode.OK : HttpStatusCode.Accepted);
        }
    }

    private async Task DemandAsync(string vnf, string agent, params string[] states)
    {
        var ended = await stage.EndOfLastAsync(vnf);
        ended.Text("operationState").ShouldBe(states[^1], ended.GetRawText());
        await stage.DemandWatchedByAsync(vnf, agent);
        await stage.DemandToldAsync(ended.Text("id"), states);
    }

    private async Task EndAsync(string vnf) =>
        (await stage.AskAsync((await stage.EndOfLastAsync(vnf)).Text("id"), "fail")).ShouldBe(HttpStatusCode.OK);

    private static IEnumerable<(Story, string)> Of(Story story, params string[] commits) =>
        KillStage.Points(commits).Select(point => (story, point));

    /// <summary>One server for all points.</summary>
    public sealed class OneStage() : KillStage(terminalStateOnError: false);
}
