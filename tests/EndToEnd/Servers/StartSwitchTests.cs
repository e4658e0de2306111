using System.Net;
using EndToEnd.Harness;

namespace EndToEnd.Servers;

/// <summary>Switches of the start that take something away, or open something.</summary>
public sealed class StartSwitchTests
{
    [Fact]
    public async Task Without_allowGet_a_get_moves_nothing_and_is_told_what_is_allowed()
    {
        await using var lab = await Lab.StartAsync("--monitorMigration:allowGet=false");
        var vnf = await lab.DeployAsync();
        const string body = """{"monitoring_agent":"dmonaName://local_mona","key":"MONITORING_AGENT"}""";

        var refused = await lab.Rest.SendAsync(HttpMethod.Get, Lab.Migrate(vnf), body);

        refused.Status.ShouldBe(HttpStatusCode.MethodNotAllowed, refused.Text);
        refused.Allow.ShouldBe(["POST"]);
        refused.ContentType?.MediaType.ShouldBe("application/problem+json");
        (await lab.Rest.AllAsync($"vnf_lcm_op_occs?filter=(eq,vnfInstanceId,{vnf})")).Length.ShouldBe(1);
        await lab.DemandCompletedAsync(await lab.BeginMigrateAsync(vnf, body));
    }

    [Fact]
    public async Task An_insecure_bind_is_said_at_every_start_and_only_then()
    {
        using var folder = new TemporaryFolder();
        await using var server = await ServerProcess.StartAsync(folder, "--security:insecureBind=true");
        for (var start = 0; start < 2; start++)
        {
            server.Process.Log.ShouldContain("security.insecureBind is on");
            await server.StopAsync();
            await server.StartAsync();
        }

        using var other = new TemporaryFolder();
        await using var secure = await ServerProcess.StartAsync(other);
        secure.Process.Log.ShouldNotContain("insecureBind");
    }
}
