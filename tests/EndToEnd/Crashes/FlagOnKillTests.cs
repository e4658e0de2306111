using EndToEnd.Harness;

namespace EndToEnd.Crashes;

/// <summary>
/// With the flag on the VNFM itself takes the arrows out of FAILED_TEMP, and the server kills itself at each commit on
/// that way: it is taken all the same, once.
/// </summary>
/// <remarks>A single point is for every run, the others are for the long one.</remarks>
public sealed class FlagOnKillTests(FlagOnKillTests.OneStage stage) : IClassFixture<FlagOnKillTests.OneStage>
{
    /// <summary>What fails.</summary>
    public enum Story
    {
        /// <summary>Row 1: the VNFM gives it up.</summary>
        NoSuchAgent,

        /// <summary>Row 4: the VNFM rolls back what was never changed.</summary>
        Update,

        /// <summary>Row 5: the VNFM rolls back.</summary>
        Set,
    }

    public static TheoryData<Story, string> Points => LongRun.IsOn
        ?
        [
            .. Of(Story.NoSuchAgent, "FAILED_TEMP", "FAILED"),
            .. Of(Story.Update, "FAILED_TEMP", "ROLLING_BACK", "ROLLED_BACK"),
            .. Of(
                Story.Set, "FAILED_TEMP", "ROLLING_BACK", "rollback/check-rollback", "rollback/unset-monitor",
                "rollback/update-service", "rollback/set-monitor", "ROLLED_BACK"),
        ]
        : [(Story.Set, "after:FAILED_TEMP")];

    [Theory]
    [MemberData(nameof(Points))]
    public async Task Killed_where_the_VNFM_itself_decides_a_migration_ends_as_the_table_says(
        Story story, string point)
    {
        var vnf = await stage.Lab.DeployAsync("\"VMS\":2");
        if (story == Story.Set)
        {
            await stage.DrillAsync("dmona1", """{"refuse-set":{"after":1}}""");
        }

        await stage.KilledAtAsync(
            point,
            stage.Migration(vnf, story == Story.NoSuchAgent ? "nobody" : "dmona1"),
            story == Story.Update ? "\"serviceUpdate\":\"fail:times=1\"" : "");

        var ended = await stage.EndOfLastAsync(vnf);
        string[] told = story == Story.NoSuchAgent
            ? ["STARTING", "PROCESSING", "FAILED_TEMP", "FAILED"]
            : ["STARTING", "PROCESSING", "FAILED_TEMP", "ROLLING_BACK", "ROLLED_BACK"];
        ended.Text("operationState").ShouldBe(told[^1], ended.GetRawText());
        await stage.DrillAsync("dmona1", null);
        await stage.DemandWatchedByAsync(vnf, "local_mona");
        await stage.DemandToldAsync(ended.Text("id"), told);
    }

    private static IEnumerable<(Story, string)> Of(Story story, params string[] commits) =>
        KillStage.Points(commits).Select(point => (story, point));

    /// <summary>One server for all points.</summary>
    public sealed class OneStage() : KillStage(terminalStateOnError: true);
}
