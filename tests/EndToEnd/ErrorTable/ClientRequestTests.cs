using System.Net;
using EndToEnd.Harness;

namespace EndToEnd.ErrorTable;

/// <summary>
/// What a client may ask in each state, and what comes of it after each row that rests in FAILED_TEMP.
/// </summary>
public sealed class ClientRequestTests(ClientRequestTests.OneStage shared) : IClassFixture<ClientRequestTests.OneStage>
{
    private const int Parallel = 50;

    private Stage Stage => shared.Stage;

    // Last, where the VMs' monitors are when the operation has come to its end and the failure still lasts; a '-' for a
    // VM without one.
    [Theory]
    [InlineData("row 1", "retry", "FAILED_TEMP", "local_mona", "SET SET SET")]
    [InlineData("row 1", "rollback", "FAILED_TEMP", "local_mona", "SET SET SET")]
    [InlineData("row 1", "fail", "FAILED", "local_mona", "SET SET SET")]
    [InlineData("row 2", "retry", "FAILED_TEMP", "local_mona", "UNSET UNSET UNSET")]
    [InlineData("row 2", "rollback", "FAILED_TEMP", "local_mona", "UNSET UNSET UNSET")]
    [InlineData("row 2", "fail", "FAILED", "local_mona", "UNSET UNSET UNSET")]
    [InlineData("row 4", "retry", "COMPLETED", "dmona1", "SET SET SET")]
    [InlineData("row 4", "rollback", "FAILED_TEMP", "local_mona", "SET SET SET")]
    [InlineData("row 4", "fail", "FAILED", "local_mona", "SET SET SET")]
    [InlineData("row 4, written", "retry", "COMPLETED", "dmona1", "SET SET SET")]
    [InlineData("row 4, written", "rollback", "ROLLED_BACK", "local_mona", "SET SET SET")]
    [InlineData("row 4, written", "fail", "FAILED", "dmona1", "SET SET SET")]
    [InlineData("row 5", "retry", "FAILED_TEMP", "dmona1", "SET - -")]
    [InlineData("row 5, mended", "retry", "COMPLETED", "dmona1", "SET SET SET")]
    [InlineData("row 5", "rollback", "ROLLED_BACK", "local_mona", "SET SET SET")]
    [InlineData("row 5", "fail", "FAILED", "dmona1", "SET - -")]
    [InlineData("row 7", "retry", "FAILED_TEMP", "dmona1", "- - -")]
    [InlineData("row 7, mended", "retry", "COMPLETED", "dmona1", "SET SET SET")]
    [InlineData("row 7", "rollback", "ROLLED_BACK", "local_mona", "SET SET SET")]
    [InlineData("row 7", "fail", "FAILED", "dmona1", "- - -")]
    public async Task A_client_decides_how_a_row_ends(
        string row, string task, string state, string agent, string monitors)
    {
        var (vnf, operation) = await Resting.InAsync(Stage, row);

        (await Stage.AskAsync(operation, task)).Status.ShouldBe(task == "fail"
            ? HttpStatusCode.OK : HttpStatusCode.Accepted);
        var ended = await Stage.EndOfAsync(operation);

        ended.Text("operationState").ShouldBe(state, ended.GetRawText());
        await Resting.DemandMonitorsAsync(Stage, vnf, agent, monitors);
        await EndAsync(operation, state);
        if (row != "row 2")
        {
            await Stage.DemandMendedAsync(vnf);
        }
    }

    [Theory]
    [InlineData("row 1")]
    [InlineData("row 5")]
    public async Task Cancel_of_a_resting_operation_is_refused_and_changes_nothing(string row)
    {
        var (_, operation) = await Resting.InAsync(Stage, row);
        var before = Resting.WithoutGaps(await Stage.EndOfAsync(operation));

        (await Stage.AskAsync(operation, "cancel")).Status.ShouldBe(HttpStatusCode.NotFound);

        Resting.WithoutGaps(await Stage.EndOfAsync(operation)).ShouldBe(before);
        await EndAsync(operation, "FAILED_TEMP");
    }

    [Theory]
    [InlineData("COMPLETED")]
    [InlineData("FAILED")]
    [InlineData("ROLLED_BACK")]
    public async Task An_ended_operation_takes_no_request(string state)
    {
        var (_, operation) = state == "COMPLETED" ? await CompletedAsync() : await Resting.InAsync(Stage, "row 5");
        if (state != "COMPLETED")
        {
            (await Stage.AskAsync(operation, state == "FAILED" ? "fail" : "rollback")).Status
                .ShouldBeOneOf(HttpStatusCode.OK, HttpStatusCode.Accepted);
        }

        (await Stage.EndOfAsync(operation)).Text("operationState").ShouldBe(state);

        await Resting.DemandRefusedAsync(Stage, operation);
        await Stage.ClearDrillsAsync();
    }

    // Held before the commit that follows, by the one who works on it: it is asked for while it is at work.
    [Theory]
    [InlineData("before:PROCESSING", "STARTING", "COMPLETED")]
    [InlineData("before:validate", "PROCESSING", "COMPLETED")]
    [InlineData("before:rollback/check-rollback", "ROLLING_BACK", "ROLLED_BACK")]
    public async Task An_operation_at_work_takes_no_request(string held, string state, string end)
    {
        string operation;
        if (state == "ROLLING_BACK")
        {
            (_, operation) = await Resting.InAsync(Stage, "row 5");
            await Stage.HoldAsync(held);
            (await Stage.AskAsync(operation, "rollback")).Status.ShouldBe(HttpStatusCode.Accepted);
        }
        else
        {
            await Stage.ClearDrillsAsync();
            var vnf = await Stage.DeployAsync("local_mona");
            await Stage.HoldAsync(held);
            operation = await Stage.MigrateAsync(vnf, "dmona1");
        }

        await Stage.HeldAsync(operation);
        (await Stage.Rest.GetAsync($"vnf_lcm_op_occs/{operation}")).Text("operationState").ShouldBe(state);
        await Resting.DemandRefusedAsync(Stage, operation);

        await Stage.ClearDrillsAsync();
        (await Stage.EndOfAsync(operation)).Text("operationState").ShouldBe(end);
    }

    // Held open in the state that the winner leads to, so that nobody can win after it; FAILED is an end by itself.
    [Theory]
    [InlineData("retry", "after:PROCESSING", "FAILED_TEMP")]
    [InlineData("rollback", "after:ROLLING_BACK", "ROLLED_BACK")]
    [InlineData("fail", "", "FAILED")]
    public async Task Of_fifty_parallel_requests_exactly_one_wins(string task, string held, string state)
    {
        var (_, operation) = await Resting.InAsync(Stage, "row 5");
        if (held.Length > 0)
        {
            await Stage.HoldAsync(held);
        }

        var answers = await TogetherAsync(_ => Stage.AskAsync(operation, task));

        DemandOneWinner(answers);
        (await Stage.EndOfAsync(operation)).Text("operationState").ShouldBe(state);
        await EndAsync(operation, state);
    }

    [Fact]
    public async Task Of_fifty_parallel_migrations_of_one_VNF_exactly_one_is_begun()
    {
        await Stage.ClearDrillsAsync();
        var vnf = await Stage.DeployAsync("local_mona");
        await Stage.HoldAsync("after:STARTING");

        var answers = await TogetherAsync(number =>
            Stage.AskForMigrationAsync(vnf, number % 2 == 0 ? "dmona1" : "dmona2"));

        await Stage.Lab.DemandCompletedAsync(DemandOneWinner(answers).NewId);
    }

    // Nothing holds the first back: a later one may be begun when it has ended, and never while it is open.
    [Fact]
    public async Task Of_parallel_migrations_of_one_VNF_never_two_are_open_at_once()
    {
        await Stage.ClearDrillsAsync();
        var vnf = await Stage.DeployAsync("local_mona");

        var answers = await Task.WhenAll(Enumerable.Range(0, Parallel).Select(number =>
            Stage.AskForMigrationAsync(vnf, number % 2 == 0 ? "dmona1" : "dmona2")));

        var begun = answers.Where(answer => answer.Status == HttpStatusCode.Accepted)
            .Select(answer => answer.NewId).ToList();
        var spans = new List<(DateTimeOffset Start, DateTimeOffset End)>();
        foreach (var operation in begun)
        {
            var ended = await Stage.EndOfAsync(operation);
            ended.Text("operationState").ShouldBe("COMPLETED");
            spans.Add((
                ended.GetProperty("startTime").GetDateTimeOffset(),
                ended.GetProperty("stateEnteredTime").GetDateTimeOffset()));
        }

        begun.ShouldNotBeEmpty();
        answers.ShouldAllBe(answer =>
            answer.Status == HttpStatusCode.Accepted || answer.Status == HttpStatusCode.Conflict);
        spans.Sort();
        spans.Zip(spans.Skip(1)).ShouldAllBe(pair => pair.First.End <= pair.Second.Start);
    }

    // The winner may be held itself until it is let go.
    private async Task<RestAnswer[]> TogetherAsync(Func<int, Task<RestAnswer>> ask)
    {
        Task<RestAnswer>[] asked = [.. Enumerable.Range(0, Parallel).Select(ask)];
        await Patience.UntilAsync(
            () => Task.FromResult(asked.Count(one => one.IsCompleted)),
            answered => answered >= Parallel - 1,
            "an answer for all but the winner");
        await Stage.ReleaseAsync();
        return await Task.WhenAll(asked);
    }

    private static RestAnswer DemandOneWinner(RestAnswer[] answers)
    {
        answers.Count(answer => answer.Status == HttpStatusCode.Conflict).ShouldBe(Parallel - 1);
        return answers.Single(answer => answer.Status is HttpStatusCode.Accepted or HttpStatusCode.OK);
    }

    private async Task<(string Vnf, string Operation)> CompletedAsync()
    {
        await Stage.ClearDrillsAsync();
        var vnf = await Stage.DeployAsync("local_mona");
        var operation = await Stage.MigrateAsync(vnf, "dmona1");
        await Stage.Lab.DemandCompletedAsync(operation);
        return (vnf, operation);
    }

    private async Task EndAsync(string operation, string state)
    {
        await Stage.ClearDrillsAsync();
        if (state == "FAILED_TEMP")
        {
            (await Stage.AskAsync(operation, "fail")).Status.ShouldBe(HttpStatusCode.OK);
        }
    }

    /// <summary>One server for all tests of the class.</summary>
    public sealed class OneStage() : SharedStage(terminalStateOnError: false);
}
