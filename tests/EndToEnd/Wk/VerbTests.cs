using System.Text.Json;
using EndToEnd.Harness;

namespace EndToEnd.Wk;

/// <summary>What verbs ask of the server, and what they show of its answer.</summary>
public sealed class VerbTests : WkAgainst
{
    [Fact]
    public async Task A_list_is_a_table_and_with_json_the_servers_own_document()
    {
        (await WkAsync("vnf", "list")).Output.ShouldContain(Third);
        (await WkAsync("vnf", "list", "--json")).Json.GetArrayLength().ShouldBe(3);
    }

    [Fact]
    public async Task What_a_terminal_would_obey_is_shown_as_a_mark()
    {
        const string name = "a\\u001b[2Jb\\u009bc\\u202ed\\re\\nf\\u0007";
        Server.When("GET ext/vnf_packages", 200, $$"""[{"id":"1","vnfdId":"{{name}}","vnfProductName":"{{name}}"}]""");
        (await WkAsync("package", "list")).Output.ShouldNotContain(character => IsObeyed(character));
        (await WkAsync("package", "list", "--json")).Output.ShouldNotContain(character => IsObeyed(character));

        Server.When("GET vnf_lcm_op_occs", 500, $$"""{"status":500,"detail":"{{name}}"}""");
        var refused = await WkAsync("op", "list");
        refused.Errors.ShouldContain("a\uFFFD[2Jb");
        refused.Errors.ShouldNotContain(character => IsObeyed(character));
    }

    [Fact]
    public async Task All_pages_of_a_collection_are_one_document()
    {
        const string next = "ext/vnf_packages?filter=(eq,a,b)&nextpage_opaque_marker=x";
        Server.When("GET ext/vnf_packages", 200, """[{"id":"1"}]""",
            ("Link", $"<http://elsewhere/vnflcm/v2/{next}>; rel=\"next\""));
        Server.When($"GET {next}", 200, """[{"id":"2"}]""");

        (await WkAsync("package", "list", "--json")).Json.EnumerateArray().Select(one => one.Text("id"))
            .ShouldBe(["1", "2"]);
    }

    [Fact]
    public async Task A_migration_names_the_agent_by_reference_and_the_key_that_the_vnf_was_deployed_with()
    {
        Server.When($"GET ext/vnf_instances/{Third}/monitoring", 200, """{"key":"WATCHER"}""");
        Server.When($"POST ext/vnf_instances/{Third}/monitoring/migrate", 202, "", Location);

        var run = await WkAsync("migrate", "db", "--to", "dmona1");

        run.ExitCode.ShouldBe(0, run.Errors);
        run.Output.ShouldContain(Operation);
        Body("POST", "monitoring/migrate").ShouldBe("""{"monitoring_agent":"dmonaName://dmona1","key":"WATCHER"}""");
    }

    [Fact]
    public async Task A_reference_stays_as_it_is_and_a_key_that_is_given_is_not_asked_for()
    {
        Server.When($"POST ext/vnf_instances/{Third}/monitoring/migrate", 202, "", Location);

        await WkAsync("migrate", Third, "--to", "dmona://dmona1", "--key", "K");

        Server.Asked.ShouldHaveSingleItem().Text.ShouldBe("""{"monitoring_agent":"dmona://dmona1","key":"K"}""");
    }

    [Fact]
    public async Task An_instantiation_carries_agent_vim_level_and_parameters_of_every_type()
    {
        Server.When($"GET vnf_instances/{Third}", 200, $$"""{"id":"{{Third}}","vnfdId":"D"}""");
        Server.When(
            "GET ext/vnf_packages", 200, """[{"vnfdId":"C","agentKey":"X"},{"vnfdId":"D","agentKey":"WATCHER"}]""");
        Server.When($"POST vnf_instances/{Third}/instantiate", 202, "", Location);

        var run = await WkAsync(
            "vnf", "instantiate", "db", "--agent", "dmona1", "--vim", "SIMULATOR", "--level", "big",
            "--param", "POLL_SECONDS=1", "--param", "NAME=a=b", "--param", """simulate={"failOnce":["HEAL"]}""",
            "--param", "VERSION=\"10\"");

        run.ExitCode.ShouldBe(0, run.Errors);
        var body = JsonElement.Parse(Body("POST", "instantiate"));
        body.Text("flavourId").ShouldBe("default");
        body.Text("instantiationLevelId").ShouldBe("big");
        body.GetProperty("vimConnectionInfo").GetProperty("vim1").Text("vimType").ShouldBe("SIMULATOR");
        var parameters = body.GetProperty("additionalParams");
        parameters.GetProperty("NAME").GetRawText().ShouldBe("\"a=b\"");
        parameters.GetProperty("POLL_SECONDS").GetRawText().ShouldBe("1");
        parameters.GetProperty("VERSION").GetRawText().ShouldBe("\"10\"");
        parameters.GetProperty("WATCHER").GetRawText().ShouldBe("\"dmonaName://dmona1\"");
        parameters.GetProperty("simulate").GetRawText().ShouldBe("""{"failOnce":["HEAL"]}""");
    }

    [Fact]
    public async Task Switching_monitoring_off_sends_it_and_shows_the_servers_answer()
    {
        Server.When($"POST ext/vnf_instances/{Third}/monitoring/disable", 204);
        Server.When($"GET ext/vnf_instances/{Third}/monitoring", 200,
            """{"key":"K","vnfcs":[{"vnfcInstanceId":"v","state":"VM_MONITOR_UNSET_STATE","monitor":"UNSET"}]}""");

        (await WkAsync("vnf", "monitor", "off", "db")).Output.ShouldContain("VM_MONITOR_UNSET_STATE");
    }

    [Fact]
    public async Task Events_are_read_to_their_end_although_an_answer_has_a_limited_number()
    {
        Server.When("GET ext/events", 200, """[{"id":1},{"id":2}]""");
        Server.When("GET ext/events?after=2", 200, """[{"id":3}]""");
        Server.When("GET ext/events?after=3", 200, "[]");

        (await WkAsync("events", "--json")).Json.EnumerateArray().Select(one => one.Text("id"))
            .ShouldBe(["1", "2", "3"]);
    }

    [Fact]
    public async Task Events_are_followed_one_document_a_line()
    {
        Server.When($"GET ext/events?vnfInstanceId={Third}", async context =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.Body.WriteAsync(
                "id: 1\ndata: {\"id\":1,\"type\":\"VM_ALIVE\"}\n\nid: 2\ndata: {\"id\":2}\n\n"u8.ToArray());
        });

        var run = await WkAsync("events", "--follow", "--vnf", "db", "--json");

        run.Output.ShouldBe("{\"id\":1,\"type\":\"VM_ALIVE\"}\n{\"id\":2}\n");
        run.ExitCode.ShouldBe(1);
        run.Errors.ShouldContain("ended the stream");
    }

    private string Body(string method, string end) =>
        Server.Asked.Single(asked => asked.Method == method && asked.Path.EndsWith(end, StringComparison.Ordinal)).Text;

    private static bool IsObeyed(char sign) =>
        (char.IsControl(sign) && sign != '\n') || sign is >= '\u202A' and <= '\u202E';
}
