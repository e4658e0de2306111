using System.Net;
using System.Text.Json;
using EndToEnd.Harness;

namespace EndToEnd.Partitions;

/// <summary>The network between an agent and its server, or its VMs, is cut.</summary>
public sealed class PartitionTests
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Flapping = LongRun.IsOn ? TimeSpan.FromMinutes(1) : TimeSpan.FromSeconds(8);

    [Fact]
    public async Task An_agent_that_is_cut_off_from_the_server_goes_on_watching_and_what_it_saw_counts_when_it_is_back()
    {
        await using var stage = await PartitionStage.StartAsync();
        var victim = (await stage.VmsAsync())[0].Text("vnfcInstanceId");

        await stage.Network.LinkToServerAsync(isUp: false);
        var off = await stage.Lab.Rest.SendAsync(
            HttpMethod.Put, $"ext/simulator/vms/{victim}", """{"power":"off"}""");
        ((int)off.Status).ShouldBeLessThan(300, off.Text);
        await stage.DemandAgentAsync("OFFLINE");
        await stage.DemandProbesAsync(3 * (PartitionStage.Vms - 1));
        (await stage.FoundDownAsync()).ShouldBeEmpty("an agent's state is no verdict on its VMs");

        await stage.Network.LinkToServerAsync(isUp: true);
        await stage.DemandAgentAsync("ONLINE");
        await Patience.UntilAsync(stage.FoundDownAsync, down => down.Length > 0, "the verdict on the dead VM");
        await PartitionStage.PassAsync(3 * Poll);

        (await stage.FoundDownAsync()).ShouldBe([victim]);
    }

    [Fact]
    public async Task An_agent_that_is_cut_off_from_its_vms_finds_them_down_only_after_the_threshold_and_stays_online()
    {
        await using var stage = await PartitionStage.StartAsync();
        var time = TimeProvider.System;

        // From here on: the first silent beat comes at most one poll later, the third two polls after that.
        var cut = time.GetTimestamp();
        await stage.Network.LinkToVmsAsync(isUp: false);
        await Patience.UntilAsync(stage.FoundDownAsync, down => down.Length > 0, "the first verdict");
        time.GetElapsedTime(cut).ShouldBeGreaterThan(2 * Poll);
        await Patience.UntilAsync(
            stage.FoundDownAsync, down => down.Distinct().Count() == PartitionStage.Vms, "a verdict on each VM");
        (await stage.AgentAsync()).Text("state").ShouldBe("ONLINE");

        // As long as it took to find them down: one that is found down again, is so by then.
        await PartitionStage.PassAsync(4 * Poll);
        await DemandEachFoundDownOnceAsync(stage);

        await stage.Network.LinkToVmsAsync(isUp: true);
        await Patience.UntilAsync(
            stage.VmsAsync, vms => vms.All(vm => vm.Text("state") == "VM_ALIVE_STATE"), "all VMs alive again");
        await DemandEachFoundDownOnceAsync(stage);
    }

    [Fact]
    public async Task An_agent_that_is_cut_off_from_the_vms_is_not_given_them_until_it_reaches_them()
    {
        await using var stage = await PartitionStage.StartAsync();
        var (lab, vnf) = (stage.Lab, stage.Vnf);
        await lab.DemandCompletedAsync(await lab.BeginMigrateAsync(vnf, To("local_mona")));
        var before = await WatchAsync(stage);

        await stage.Network.LinkToVmsAsync(isUp: false);
        var operation = await lab.BeginMigrateAsync(vnf, To(PartitionStage.Agent));
        var refused = await lab.Rest.EndOfAsync(operation);

        refused.Text("operationState").ShouldBe("FAILED_TEMP");
        var error = refused.GetProperty("error");
        error.Text("title").ShouldBe("The new agent does not see a VM that the old one sees");
        error.Text("detail").ShouldContain($"'{PartitionStage.Agent}' does not see VM ");
        (await WatchAsync(stage)).ShouldBe(before, "no monitor was touched");
        (await lab.Rest.GetAsync(Lab.Monitoring(vnf))).Text("monitoring_agent").ShouldEndWith("://local_mona");

        await stage.Network.LinkToVmsAsync(isUp: true);
        await Patience.UntilAsync(
            () => RetriedAsync(lab, operation),
            ended => ended.Text("operationState") == "COMPLETED",
            "the migration, once the way to the VMs is there again");
        await lab.DemandWatchedByAsync(vnf, PartitionStage.Agent);
        await stage.DemandProbesAsync(4 * PartitionStage.Vms);
        (await stage.FoundDownAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task After_a_link_has_flapped_each_vm_is_watched_by_the_agent_of_its_deployment_alone()
    {
        await using var stage = await PartitionStage.StartAsync();
        var began = TimeProvider.System.GetTimestamp();
        for (var isUp = false; TimeProvider.System.GetElapsedTime(began) < Flapping; isUp = !isUp)
        {
            await stage.Network.LinkToServerAsync(isUp);
            await PartitionStage.PassAsync(TimeSpan.FromSeconds(1));
        }

        await stage.Network.LinkToServerAsync(isUp: true);
        await stage.DemandAgentAsync("ONLINE", monitors: $"{PartitionStage.Vms}");
        await Patience.UntilAsync(
            stage.VmsAsync,
            vms => vms.All(vm =>
                vm.Text("monitor") == "SET" && vm.Text("monitoring_agent").EndsWith(
                    "://" + PartitionStage.Agent, StringComparison.Ordinal)),
            "every VM watched by the agent of its deployment");
        (await stage.Lab.Rest.GetAsync("ext/monitoring_agents/local_mona")).Text("monitors").ShouldBe("0");

        var before = await stage.Network.ProbesAsync();
        await PartitionStage.PassAsync(4 * Poll);
        var after = await stage.Network.ProbesAsync();
        (after.OfAgent - before.OfAgent).ShouldBeInRange(3 * PartitionStage.Vms, 5 * PartitionStage.Vms);
        after.OfOthers.ShouldBe(before.OfOthers, "probes of anybody else");
        (await stage.FoundDownAsync()).ShouldBeEmpty();
        LongRun.Note($"link flapping every second for {Flapping.TotalSeconds} s: one judge, no false verdict");
    }

    // A link that was just set up may lose the first probes: then it is refused again, and nothing has happened.
    private static async Task<JsonElement> RetriedAsync(Lab lab, string operation)
    {
        (await lab.Rest.PostAsync($"vnf_lcm_op_occs/{operation}/retry", "")).Status.ShouldBe(HttpStatusCode.Accepted);
        return await lab.Rest.EndOfAsync(operation);
    }

    private static string To(string agent) =>
        $$"""{"monitoring_agent":"dmonaName://{{agent}}","key":"MONITORING_AGENT"}""";

    private static async Task<ImmutableArray<string>> WatchAsync(PartitionStage stage) =>
    [
        .. (await stage.VmsAsync()).Select(vm =>
            $"{vm.Text("address")} {vm.Text("monitoring_agent")} {vm.Text("epoch")} {vm.Text("monitor")}"),
    ];

    // One outage of a VM is found once, however often its silence is reported.
    private static async Task DemandEachFoundDownOnceAsync(PartitionStage stage)
    {
        var down = await stage.FoundDownAsync();
        down.Order(StringComparer.Ordinal).ShouldBe(
            (await stage.VmsAsync()).Select(vm => vm.Text("vnfcInstanceId")).Order(StringComparer.Ordinal));
    }
}
