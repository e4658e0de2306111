using EndToEnd.Harness;

namespace EndToEnd.Wk;

/// <summary>What goes wrong is said in one line on standard error, and nowhere else.</summary>
public sealed class ErrorTests : WkAgainst
{
    [Theory]
    [InlineData("vnf")]
    [InlineData("vnf", "lits")]
    [InlineData("migrate", "db")]
    [InlineData("vnf", "list", "--nonsense")]
    public async Task A_command_line_that_makes_no_sense_is_2(params string[] arguments) =>
        DemandOneLine(await WkProcess.RunAsync(arguments), 2);

    [Fact]
    public async Task A_server_that_is_not_there_is_named()
    {
        var port = FreePort.Find();
        var run = await WkProcess.RunAsync(["status", "--server", $"http://127.0.0.1:{port}"]);
        DemandOneLine(run, 1, $"127.0.0.1:{port}", "refused");
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("ftp://127.0.0.1/")]
    public async Task A_server_address_that_is_none_is_quoted(string address) =>
        DemandOneLine(await WkProcess.RunAsync(["status", "--server", address]), 1, address);

    [Fact]
    public async Task A_refusal_is_its_status_and_the_problems_detail()
    {
        Server.When(
            $"DELETE vnf_instances/{Third}", 409, """{"status":409,"title":"T","detail":"it is\ninstantiated"}""");
        DemandOneLine(await WkAsync("vnf", "delete", Third), 1, "409", "it is instantiated");
    }

    [Fact]
    public async Task A_refusal_without_a_problem_still_says_its_status()
    {
        Server.When("GET ext/monitoring_agents", 500, "");
        DemandOneLine(await WkAsync("agent", "list", "--json"), 1, "500");
    }

    [Fact]
    public async Task A_name_that_fits_two_lists_their_ids() =>
        DemandOneLine(await WkAsync("vnf", "show", "web"), 1, "web", First, Second);

    [Fact]
    public async Task A_beginning_that_fits_two_lists_their_ids() =>
        DemandOneLine(await WkAsync("vnf", "show", "0189"), 1, First, Second);

    [Fact]
    public async Task A_name_that_fits_none_is_said() => DemandOneLine(await WkAsync("vnf", "show", "web2"), 1, "web2");

    [Fact]
    public async Task Ctrl_c_ends_it_without_a_word()
    {
        Server.When("GET ext/events", async context =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        });

        // Who runs the tests in the background ignores interrupts, and everything that is started inherits that.
        await using var wk = ChildProcess.Start(
            "wk", "env", Folder, "--default-signal=INT", Programs.Wk, "events", "--follow", "--server",
            Server.Address.AbsoluteUri);
        await Patience.UntilAsync(() => Task.FromResult(Server.Asked.Length), asked => asked > 0, "the request of wk");

        wk.SendInterrupt();

        (await wk.ExitedAsync()).ShouldBe(130);
        wk.Log.ShouldBeEmpty();
    }
}
