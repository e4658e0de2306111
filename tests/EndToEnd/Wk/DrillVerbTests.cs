using EndToEnd.Harness;

namespace EndToEnd.Wk;

/// <summary><c>wk drill</c>: what it asks of the server, and against a real one with an agent.</summary>
public sealed class DrillVerbTests : WkAgainst
{
    [Fact]
    public async Task What_an_agent_or_the_server_is_to_do_wrong_is_sent_as_the_server_reads_it()
    {
        Server.When("PUT ext/drills/dmona1", 200, """{"name":"dmona1","drills":{"refuse-set":{"after":1}}}""");
        Server.When("PUT ext/drills/server", 200, """{"name":"server","drills":{}}""");

        var shown = await WkAsync("drill", "set", "dmona1", "refuse-set:after=1,times=2", "hang-unset");
        await WkAsync("drill", "set", "server", "serviceUpdate=fail:times=1", "hold=before:set-monitor");

        shown.ExitCode.ShouldBe(0, shown.Errors);
        shown.Output.ShouldContain("refuse-set");
        Server.Asked.Select(asked => asked.Text).ShouldBe(
        [
            """{"refuse-set":{"after":1,"times":2},"hang-unset":{}}""",
            """{"serviceUpdate":"fail:times=1","hold":"before:set-monitor"}""",
        ]);
    }

    [Fact]
    public async Task What_can_not_be_read_is_one_line()
    {
        DemandOneLine(await WkAsync("drill", "set", "dmona1", "refuse-set:after"), 1, "'refuse-set:after' is no drill");
        DemandOneLine(await WkAsync("drill", "set", "dmona1", "refuse-set", "refuse-set"), 1, "named twice");
        DemandOneLine(await WkAsync("drill", "set", "dmona1"), 2, "drill");
        Server.Asked.ShouldBeEmpty();
    }

    [Fact]
    public async Task Drills_of_a_real_agent_and_server_are_set_listed_in_status_too_and_cleared()
    {
        await using var lab = await Lab.StartAsync("--drills:allowed=true");
        await lab.JoinAsync("dmona1");

        await WkProcess.JsonAsync(lab.Server.Address, "drill", "set", "dmona1", "refuse-set:after=1,times=1");
        await WkProcess.JsonAsync(lab.Server.Address, "drill", "set", "server", "hold=before:set-monitor");

        var all = (await WkProcess.JsonAsync(lab.Server.Address, "drill", "list")).EnumerateArray()
            .ToDictionary(one => one.Text("name"), one => one.GetProperty("drills"));
        all["dmona1"].GetProperty("refuse-set").Text("times").ShouldBe("1");
        all["server"].GetProperty("hold").Text("at").ShouldBe("before:set-monitor");
        var status = await WkProcess.RunAsync(lab.Server.Address, "status");
        status.Output.ShouldContain("rehearsed on purpose");
        status.Output.ShouldContain("refuse-set");

        await WkProcess.JsonAsync(lab.Server.Address, "drill", "clear", "dmona1");
        await WkProcess.JsonAsync(lab.Server.Address, "drill", "clear", "server");
        (await WkProcess.JsonAsync(lab.Server.Address, "status")).Items("drills").ShouldBeEmpty();
        DemandOneLine(await WkProcess.RunAsync(lab.Server.Address, "drill", "set", "nobody", "hang-set"), 1, "nobody");
        DemandOneLine(
            await WkProcess.RunAsync(lab.Server.Address, "drill", "set", "dmona1", "break"), 1, "break", "hang-unset");
    }

    [Fact]
    public async Task A_server_that_allows_no_drills_says_so()
    {
        await using var lab = await Lab.StartAsync();
        DemandOneLine(
            await WkProcess.RunAsync(lab.Server.Address, "drill", "set", "server", "serviceUpdate=fail"),
            1, "403", "drills.allowed=true");
    }
}
