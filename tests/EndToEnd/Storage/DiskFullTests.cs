using System.Net;
using EndToEnd.Harness;

namespace EndToEnd.Storage;

/// <summary>A server whose disk is full: a small file system of its own, so only where the tests are root.</summary>
public sealed class DiskFullTests : IAsyncLifetime
{
    private const string Ready = "../../health/ready";

    // Every one of these needs a page of the log, of which some may be free from before.
    private const int MostPosts = 2_000;

    private Lab _lab = null!;
    private bool _isMounted;

    public async ValueTask InitializeAsync() => _lab = await Lab.StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (_isMounted)
        {
            await RunAsync("umount", "-l", _lab.Server.Data);
        }

        await _lab.DisposeAsync();
    }

    [Fact]
    public async Task It_refuses_what_it_cannot_store_keeps_watching_and_recovers_by_itself()
    {
        Needs.Root("make a small file system");
        await MoveToSmallDiskAsync();
        await _lab.JoinAsync("dmona1");
        var vnf = await _lab.DeployAsync(""" "MONITORING_AGENT":"dmonaName://dmona1" """);
        (await _lab.Rest.SendAsync(HttpMethod.Get, Ready)).Status.ShouldBe(HttpStatusCode.OK);

        var filler = Path.Combine(_lab.Server.Data, "filler");
        Fill(filler);
        var refused = await PostUntilAsync(HttpStatusCode.ServiceUnavailable);
        refused.ContentType!.MediaType.ShouldBe("application/problem+json");
        var migrate = """{"monitoring_agent":"dmonaName://local_mona","key":"MONITORING_AGENT"}""";
        (await _lab.Rest.PostAsync(Lab.Migrate(vnf), migrate)).Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        var notReady = await _lab.Rest.SendAsync(HttpMethod.Get, Ready);
        notReady.Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        notReady.Text.ShouldContain("takes no writes");

        var probed = await LastProbeAsync(vnf);
        await Patience.UntilAsync(() => LastProbeAsync(vnf), last =>
            last != probed, "a probe although the disk is full");
        await _lab.DemandWatchedByAsync(vnf, "dmona1");
        _lab.Server.Process.HasExited.ShouldBeFalse();

        File.Delete(filler);
        await Patience.UntilAsync(
            () => _lab.Rest.SendAsync(HttpMethod.Get, Ready),
            answer => answer.Status == HttpStatusCode.OK,
            "a server that is ready again");
        await _lab.DemandCompletedAsync(await _lab.BeginMigrateAsync(vnf, migrate));
        await _lab.DemandWatchedByAsync(vnf, "local_mona");
        _lab.Server.Process.Log.Split('\n').Count(line => line.Contains("stopped taking writes"))
            .ShouldBeLessThan(10);
    }

    private async Task MoveToSmallDiskAsync()
    {
        await _lab.Server.StopAsync();
        var kept = _lab.Folder.In("kept");
        await RunAsync("cp", "-a", _lab.Server.Data, kept);
        await RunAsync("mount", "-t", "tmpfs", "-o", "size=16m,mode=700", "tmpfs", _lab.Server.Data);
        _isMounted = true;
        await RunAsync("cp", "-a", kept + "/.", _lab.Server.Data);
        await _lab.Server.StartAsync();
    }

    private async Task<RestAnswer> PostUntilAsync(HttpStatusCode wanted)
    {
        for (var n = 0; n < MostPosts; n++)
        {
            var body = $$"""{"vnfdId":"{{_lab.VnfdId}}","vnfInstanceDescription":"{{new string('x', 1000)}}"}""";
            var answer = await _lab.Rest.PostAsync("vnf_instances", body);
            if (answer.Status == wanted)
            {
                return answer;
            }

            answer.Status.ShouldBe(HttpStatusCode.Created, answer.Text);
        }

        throw new InvalidOperationException($"{MostPosts} requests were stored on a full disk.");
    }

    private async Task<string> LastProbeAsync(string vnf) =>
        (await _lab.Rest.GetAsync(Lab.Monitoring(vnf))).Items("vnfcs")[0].Text("lastProbeTime");

    private static void Fill(string path)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        var page = new byte[4096];
        try
        {
            while (true)
            {
                file.Write(page);
            }
        }
        catch (IOException)
        {
            // Full, which was wanted.
        }
    }

    private async Task RunAsync(string program, params string[] arguments)
    {
        await using var process = ChildProcess.Start(program, program, _lab.Folder, arguments);
        (await process.ExitedAsync()).ShouldBe(0, process.Log);
    }
}
