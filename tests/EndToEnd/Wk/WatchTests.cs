using EndToEnd.Harness;

namespace EndToEnd.Wk;

/// <summary><c>--watch</c>: the states as they come, and an exit code that tells the end.</summary>
public sealed class WatchTests : WkAgainst
{
    private const string Error = ""","error":{"status":409,"detail":"no such agent"}""";

    [Fact]
    public async Task It_shows_each_state_and_ends_with_0_when_completed()
    {
        var run = await WatchAsync("STARTING", "PROCESSING", "PROCESSING", "COMPLETED");

        run.ExitCode.ShouldBe(0, run.Errors);
        Order(run.Output, "STARTING", "PROCESSING", "COMPLETED");
        run.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task It_ends_with_1_when_the_operation_rests_in_failed_temp()
    {
        var run = await WatchAsync("PROCESSING", "FAILED_TEMP");

        run.ExitCode.ShouldBe(1);
        run.Errors.ShouldContain("no such agent");
        run.Errors.ShouldContain("FAILED_TEMP");
    }

    [Theory]
    [InlineData("retry rollback fail", "", "retry, rollback or fail")]
    [InlineData("retry fail", "", "retry or fail")]
    [InlineData("retry rollback fail", ""","monitoringMigration":{"vnfcs":[]}""", "retry or fail")]
    [InlineData(
        "retry rollback fail", ""","monitoringMigration":{"vnfcs":[]},"changedInfo":{}""", "retry, rollback or fail")]
    public async Task It_names_the_ways_out_that_lead_anywhere(string links, string more, string named)
    {
        var offered = string.Join(',', links.Split(' ').Select(link => $$"""  "{{link}}":{"href":"x"}  """));
        Server.When($"POST ext/vnf_instances/{Third}/monitoring/migrate", 202, "", Location);
        Server.When(
            $"GET vnf_lcm_op_occs/{Operation}", 200,
            Occurrence("FAILED_TEMP", $$"""{{Error}},"_links":{{{offered}}}{{more}}"""));

        var run = await WkAsync("migrate", Third, "--to", "dmona1", "--key", "K", "--watch");

        run.Errors.ShouldContain($"It waits for wk op {named}.");
    }

    [Fact]
    public async Task It_goes_on_when_the_vnfm_itself_leaves_failed_temp()
    {
        var run = await WatchAsync("PROCESSING", "FAILED_TEMP", "FAILED_TEMP", "ROLLING_BACK", "ROLLED_BACK");

        run.ExitCode.ShouldBe(1);
        Order(run.Output, "FAILED_TEMP", "ROLLING_BACK", "ROLLED_BACK");
    }

    [Fact]
    public async Task With_json_the_last_state_of_the_occurrence_is_the_one_document()
    {
        var run = await WatchAsync(["STARTING", "COMPLETED"], "--json");

        run.Json.Text("operationState").ShouldBe("COMPLETED");
        run.Errors.ShouldContain("STARTING");
    }

    [Fact]
    public async Task A_rollback_that_was_asked_for_is_done_when_rolled_back()
    {
        Server.When($"POST vnf_lcm_op_occs/{Operation}/rollback", 202);
        Server.When($"GET vnf_lcm_op_occs/{Operation}", 200, Occurrence("ROLLED_BACK", Error));

        (await WkAsync("op", "rollback", Operation, "--watch")).ExitCode.ShouldBe(0);
    }

    private Task<WkRun> WatchAsync(params string[] states) => WatchAsync(states, []);

    private async Task<WkRun> WatchAsync(string[] states, params string[] options)
    {
        Server.When($"POST ext/vnf_instances/{Third}/monitoring/migrate", 202, "", Location);
        foreach (var state in states)
        {
            Server.When(
                $"GET vnf_lcm_op_occs/{Operation}", 200, Occurrence(state, state == "FAILED_TEMP" ? Error : ""));
        }

        return await WkAsync(["migrate", Third, "--to", "dmona1", "--key", "K", "--watch", .. options]);
    }

    private static void Order(string output, params string[] words)
    {
        var at = 0;
        foreach (var word in words)
        {
            at = output.IndexOf(word, at, StringComparison.Ordinal);
            at.ShouldBeGreaterThanOrEqualTo(0, $"{word} in its place in: {output}");
        }
    }
}
