using System.Runtime.CompilerServices;
using Watchkeeper.Monitoring.Rules;
using Watchkeeper.Server.Packages.Resolution;

namespace Server.Tests.Packages;

public class SampleTests
{
    [Fact]
    public async Task Web_is_a_front_that_scales_and_a_back()
    {
        var small = await ResolvedAsync("web");
        small.Vms.Select(vm => vm.Name).ShouldBe(["front-1", "back-1"]);
        small.ScaleStatus["front_aspect"].ShouldBe(0);
        small.MaxScaleLevels["front_aspect"].ShouldBe(4);

        var large = await ResolvedAsync("web", "large");
        large.Vms.Select(vm => vm.Name).ShouldBe(["front-1", "front-2", "front-3", "back-1"]);
        large.ScaleStatus["front_aspect"].ShouldBe(2);

        var front = large.Vdus[0].Monitoring.Kpis;
        front.Select(kpi => (kpi.Collector, kpi.IsAliveness))
            .ShouldBe([(CollectorKind.HttpGet, true), (CollectorKind.IcmpPing, false)]);
        front[0].Path.ShouldBe("/health");
        front[0].Port.ShouldBe(8080);
        large.Vdus.ShouldAllBe(vdu => vdu.NeedsIcmp && vdu.ImagePath != null);
        large.Vdus[0].MemoryBytes.ShouldBe(256_000_000);
    }

    [Fact]
    public async Task Minimal_is_one_VM_that_needs_no_root()
    {
        var deployment = await ResolvedAsync("minimal");

        var vdu = deployment.Vdus.ShouldHaveSingleItem();
        vdu.Count.ShouldBe(1);
        vdu.NeedsIcmp.ShouldBeFalse();
        vdu.ImagePath.ShouldBe("/packages/x/Files/images/tcp-server");
        vdu.Environment["PORT"].ShouldBe("7000");
        vdu.Monitoring.Kpis.ShouldHaveSingleItem().Collector.ShouldBe(CollectorKind.TcpConnect);
    }

    [Fact]
    public async Task Simulated_is_as_many_VMs_as_are_asked_for()
    {
        (await ResolvedAsync("simulated")).Vdus.ShouldHaveSingleItem().Count.ShouldBe(1);
        (await ResolvedAsync("simulated", null, ("VMS", "100"))).Vms.Last().Name.ShouldBe("vm-100");

        var package = await TestPackage.FromFolder(Folder("simulated")).AcceptedAsync();
        DeploymentResolver.Resolve(DeploymentResolverTests.Request(package, [], ("VMS", "101")))
            .ShouldBeOfType<DeploymentResolution.Refused>().Fault.Detail.ShouldContain("'VMS'");
    }

    [Theory]
    [InlineData("web")]
    [InlineData("minimal")]
    [InlineData("simulated")]
    public async Task Every_sample_takes_its_agent_and_its_poll_frequency_from_inputs(string sample)
    {
        var plain = await ResolvedAsync(sample);
        plain.Agent.Text.ShouldBe("dmonaName://local_mona");
        plain.AgentKey.ShouldBe("MONITORING_AGENT");
        plain.Vdus.SelectMany(vdu => vdu.Monitoring.Kpis)
            .ShouldAllBe(kpi => kpi.PollFrequency == TimeSpan.FromSeconds(3));

        var asked = await ResolvedAsync(
            sample, null, ("MONITORING_AGENT", "\"dmonaName://dmona1\""), ("POLL_SECONDS", "\"0.5\""));
        asked.Agent.Name.ShouldBe("dmona1");
        asked.Vdus.SelectMany(vdu => vdu.Monitoring.Kpis)
            .ShouldAllBe(kpi => kpi.PollFrequency == TimeSpan.FromSeconds(0.5));
    }

    private static async Task<ResolvedDeployment> ResolvedAsync(
        string sample, string? level = null, params (string Key, string Json)[] given)
    {
        var package = await TestPackage.FromFolder(Folder(sample)).AcceptedAsync();
        return DeploymentResolverTests.Resolved(DeploymentResolver.Resolve(
            DeploymentResolverTests.Request(package, [], given) with { InstantiationLevelId = level }));
    }

    private static string Folder(string sample, [CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here)!, "../../../samples", sample);
}
