using System.Net;
using EndToEnd.Harness;

namespace EndToEnd.Storage;

/// <summary>
/// A data folder that turns read-only under a server at work, as a file system with errors does, and one that is so
/// from the start.
/// </summary>
public sealed class ReadOnlyFolderTests : IAsyncLifetime
{
    private const string Ready = "../../health/ready";
    private const string Create = """{"vnfdId":"VNFD"}""";

    private Lab _lab = null!;
    private bool _isImmutable;

    private string[] Files => [.. Directory.GetFiles(_lab.Server.Data, "watchkeeper.db*"), _lab.Server.Data];

    public async ValueTask InitializeAsync() => _lab = await Lab.StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (_isImmutable)
        {
            await ChangeAsync("-i");
        }

        await _lab.DisposeAsync();
    }

    [Fact]
    public async Task It_refuses_what_it_cannot_store_keeps_watching_and_recovers_by_itself()
    {
        NeedsChattr();
        await _lab.JoinAsync("dmona1");
        var vnf = await _lab.DeployAsync(""" "MONITORING_AGENT":"dmonaName://dmona1" """);

        await ChangeAsync("+i");
        var refused = await Patience.UntilAsync(
            () => _lab.Rest.PostAsync("vnf_instances", Create.Replace("VNFD", _lab.VnfdId)),
            answer => answer.Status != HttpStatusCode.Created,
            "a refusal");
        refused.Status.ShouldBe(HttpStatusCode.ServiceUnavailable, refused.Text);
        refused.ContentType!.MediaType.ShouldBe("application/problem+json");
        (await _lab.Rest.SendAsync(HttpMethod.Get, Ready)).Text.ShouldContain("takes no writes");
        var probed = await LastProbeAsync(vnf);
        await Patience.UntilAsync(
            () => LastProbeAsync(vnf), last => last != probed, "a probe although nothing can be stored");

        await ChangeAsync("-i");
        await Patience.UntilAsync(
            () => _lab.Rest.SendAsync(HttpMethod.Get, Ready),
            answer => answer.Status == HttpStatusCode.OK,
            "a server that is ready again");
        await _lab.DemandCompletedAsync(await _lab.BeginMigrateAsync(
            vnf, """{"monitoring_agent":"dmonaName://local_mona","key":"MONITORING_AGENT"}"""));
        await _lab.DemandWatchedByAsync(vnf, "local_mona");
    }

    [Fact]
    public async Task A_server_does_not_start_in_it_and_says_so_in_one_line()
    {
        NeedsChattr();
        await _lab.Server.StopAsync();
        await ChangeAsync("+i");

        await using var again = _lab.Server.StartSecond();

        (await again.ExitedAsync()).ShouldNotBe(0);
        again.Log.Trim().Split('\n').ShouldHaveSingleItem().ShouldContain(_lab.Server.Data);
    }

    private static void NeedsChattr()
    {
        Needs.Root("make files immutable");
        Needs.Tool("chattr", "e2fsprogs");
    }

    private async Task ChangeAsync(string flag)
    {
        await using var chattr = ChildProcess.Start("chattr", "chattr", _lab.Folder, [flag, .. Files]);
        (await chattr.ExitedAsync()).ShouldBe(0, chattr.Log);
        _isImmutable = flag == "+i";
    }

    private async Task<string> LastProbeAsync(string vnf) =>
        (await _lab.Rest.GetAsync(Lab.Monitoring(vnf))).Items("vnfcs")[0].Text("lastProbeTime");
}
