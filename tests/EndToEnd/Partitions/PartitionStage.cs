using System.Text.Json;
using EndToEnd.Harness;

namespace EndToEnd.Partitions;

/// <summary>A server with a VNF in one namespace, and the agent that watches it in another.</summary>
internal sealed class PartitionStage : IAsyncDisposable
{
    public const string Agent = "dmona1";
    public const int Vms = 3;

    private PartitionStage(SplitNetwork network, Lab lab)
    {
        Network = network;
        Lab = lab;
    }

    public SplitNetwork Network { get; }

    public Lab Lab { get; }

    public string Vnf { get; private set; } = "";

    public static async Task<PartitionStage> StartAsync()
    {
        var network = await SplitNetwork.MakeAsync();
        Lab? lab = null;
        try
        {
            lab = await Lab.StartAsync(network.Server, "--security:insecureBind=true");
            var stage = new PartitionStage(network, lab);
            (await lab.Keep(stage.BeginAgent()).ReadyAsync()).ShouldBe(Agent);
            stage.Vnf = await lab.DeployAsync($""" "MONITORING_AGENT":"dmonaName://{Agent}","VMS":{Vms} """);
            await stage.DemandProbesAsync(Vms);
            await Patience.UntilAsync(
                stage.VmsAsync,
                vms => vms.Length == Vms && vms.All(vm => vm.Text("state") == "VM_ALIVE_STATE"),
                "all VMs alive");
            return stage;
        }
        catch
        {
            if (lab is not null)
            {
                await lab.DisposeAsync();
            }

            await network.DisposeAsync();
            throw;
        }
    }

    public async Task<ImmutableArray<JsonElement>> VmsAsync() =>
        (await Lab.Rest.GetAsync(Lab.Monitoring(Vnf))).Items("vnfcs");

    /// <summary>The VMs that were found down so far, one for each time.</summary>
    public async Task<ImmutableArray<string>> FoundDownAsync() =>
    [
        .. (await Lab.Rest.GetAsync($"ext/events?vnfInstanceId={Vnf}")).EnumerateArray()
            .Where(one => one.Text("type") == "VM_ALIVE" && one.Text("status") == "FAILURE")
            .Select(one => one.Text("vnfcInstanceId")),
    ];

    /// <summary>Waits until so many more probes of the agent have reached the VMs.</summary>
    public async Task DemandProbesAsync(int more)
    {
        var before = (await Network.ProbesAsync()).OfAgent;
        await Patience.UntilAsync(
            Network.ProbesAsync, seen => seen.OfAgent >= before + more, $"{more} more probes of {Agent}");
    }

    /// <summary>Waits until the agent is in a state.</summary>
    public Task<JsonElement> DemandAgentAsync(string state, string? monitors = null) => Patience.UntilAsync(
        AgentAsync,
        agent => agent.Text("state") == state && (monitors is null || agent.Text("monitors") == monitors),
        $"{Agent} {state}");

    public Task<JsonElement> AgentAsync() => Lab.Rest.GetAsync($"ext/monitoring_agents/{Agent}");

    public static Task PassAsync(TimeSpan span) =>
        Task.Delay(span, TimeProvider.System, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await Lab.DisposeAsync();
        await Network.DisposeAsync();
    }

    private ChildProcess BeginAgent() => ChildProcess.Start(
        Agent, "ip", Lab.Folder,
        "netns", "exec", Network.AgentSide, Programs.Agent,
        "--name", Agent,
        "--server", Lab.Server.Address.AbsoluteUri.TrimEnd('/'),
        "--token-file", Lab.Server.TokenFile,
        "--data", Lab.Folder.In(Agent),
        "--source-address", Network.ProbeSource);
}
