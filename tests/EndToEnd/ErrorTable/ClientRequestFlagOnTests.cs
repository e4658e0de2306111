using System.Net;
using EndToEnd.Harness;

namespace EndToEnd.ErrorTable;

/// <summary>
/// What is left to a client with the flag on: row 7 rests there too, every other row has ended before it can ask.
/// </summary>
public sealed class ClientRequestFlagOnTests(ClientRequestFlagOnTests.OneStage shared)
    : IClassFixture<ClientRequestFlagOnTests.OneStage>
{
    private Stage Stage => shared.Stage;

    // While the new agent goes on refusing, the retry fails as before, and the VNFM's own rollback works by then.
    [Theory]
    [InlineData("row 7", "retry", "ROLLED_BACK", "local_mona", "SET SET SET")]
    [InlineData("row 7, mended", "retry", "COMPLETED", "dmona1", "SET SET SET")]
    [InlineData("row 7", "rollback", "ROLLED_BACK", "local_mona", "SET SET SET")]
    [InlineData("row 7", "fail", "FAILED", "dmona1", "- - -")]
    public async Task A_client_decides_how_a_rollback_that_failed_ends(
        string row, string task, string state, string agent, string monitors)
    {
        var (vnf, operation) = await Resting.InAsync(Stage, row);
        (await Stage.AskAsync(operation, "cancel")).Status.ShouldBe(HttpStatusCode.NotFound);

        (await Stage.AskAsync(operation, task)).Status.ShouldBe(task == "fail"
            ? HttpStatusCode.OK : HttpStatusCode.Accepted);
        var ended = await Stage.EndOfAsync(operation);

        ended.Text("operationState").ShouldBe(state, ended.GetRawText());
        await Resting.DemandMonitorsAsync(Stage, vnf, agent, monitors);
        await Resting.DemandRefusedAsync(Stage, operation);
        await Stage.ClearDrillsAsync();
        await Stage.DemandMendedAsync(vnf);
    }

    [Theory]
    [InlineData("row 1", "FAILED")]
    [InlineData("row 2", "FAILED")]
    [InlineData("row 4", "ROLLED_BACK")]
    [InlineData("row 4, written", "ROLLED_BACK")]
    [InlineData("row 5", "ROLLED_BACK")]
    public async Task A_row_has_ended_by_itself_and_takes_no_request(string row, string state)
    {
        await Stage.ClearDrillsAsync();
        var vnf = await Stage.DeployAsync("local_mona");
        var operation = await Resting.BeginAsync(Stage, vnf, row);

        var ended = await Stage.EndOfAsync(operation);

        ended.Text("operationState").ShouldBe(state, ended.GetRawText());
        await Resting.DemandRefusedAsync(Stage, operation);
        await Resting.DemandMonitorsAsync(
            Stage, vnf, "local_mona", row == "row 2" ? "UNSET UNSET UNSET" : "SET SET SET");
    }

    /// <summary>One server for all tests of the class.</summary>
    public sealed class OneStage() : SharedStage(terminalStateOnError: true);
}
