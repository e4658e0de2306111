using System.Text.Json;
using EndToEnd.Harness;

namespace EndToEnd.Agents;

/// <summary>Two agents that probe from addresses of their own, a VNF that the first watches, and a witness.</summary>
internal sealed class AgentsStage : IAsyncDisposable
{
    /// <summary>Where dmona1 and dmona2 probe from.</summary>
    public const string First = "127.0.1.1";

    public const string Second = "127.0.1.2";

    /// <summary>More than one poll of the VNF.</summary>
    public static readonly TimeSpan Polls = TimeSpan.FromSeconds(2.5);

    private AgentsStage(Witness witness, Lab lab, ChildProcess first)
    {
        Witness = witness;
        Lab = lab;
        FirstAgent = first;
    }

    public Witness Witness { get; }

    public Lab Lab { get; }

    public ChildProcess FirstAgent { get; }

    public string Vnf { get; private set; } = "";

    /// <summary>The addresses of the VNF's VMs.</summary>
    public ImmutableArray<string> Vms { get; private set; }

    /// <summary>Starts all; the first agent watches the VNF's VMs.</summary>
    /// <param name="resumeAfter">How long the first agent waits for the server's answer. Where a test is about an agent
    /// that asks, long: on a busy machine the answer may take its time.</param>
    /// <param name="settings">The command line of the server, beyond the usual.</param>
    public static async Task<AgentsStage> StartAsync(string resumeAfter, params string[] settings)
    {
        var witness = Witness.Begin();
        var lab = await Lab.StartAsync(settings);
        try
        {
            var first = await lab.JoinAsync("dmona1", FirstOptions(resumeAfter));
            await lab.JoinAsync("dmona2", "--source-address", Second);
            var stage = new AgentsStage(witness, lab, first);
            stage.Vnf = await lab.DeployAsync(""" "MONITORING_AGENT":"dmonaName://dmona1","VMS":4 """);
            stage.Vms = [.. (await stage.MonitoringAsync()).Items("vnfcs").Select(vnfc => vnfc.Text("address"))];
            stage.Vms.Length.ShouldBe(4);
            await witness.AskedAllAsync(First, stage.Vms, TimeSpan.Zero);
            return stage;
        }
        catch
        {
            await lab.DisposeAsync();
            await witness.DisposeAsync();
            throw;
        }
    }

    /// <summary>The command line of the first agent, beyond the usual.</summary>
    public static string[] FirstOptions(string resumeAfter) =>
        ["--source-address", First, "--resume-after", resumeAfter];

    /// <summary>Switches a VM off or on.</summary>
    public async Task SwitchAsync(string vnfc, string power)
    {
        var answer = await Lab.Rest.SendAsync(
            HttpMethod.Put, $"ext/simulator/vms/{vnfc}", $$"""{"power":"{{power}}"}""");
        ((int)answer.Status).ShouldBeLessThan(300, answer.Text);
    }

    /// <summary>Waits until so many verdicts of a kind on a VM were acted on; the answer is all verdicts.</summary>
    public Task<ImmutableArray<JsonElement>> DemandVerdictAsync(string vnfc, string status, int times = 1) =>
        Patience.UntilAsync(
            VerdictsAsync,
            verdicts => verdicts.Count(one =>
                one.Text("vnfcInstanceId") == vnfc && one.Text("status") == status) >= times,
            $"verdict {times} of {status} on {vnfc}");

    public Task<JsonElement> MonitoringAsync() => Lab.Rest.GetAsync(Lab.Monitoring(Vnf));

    /// <summary>Migrates the VNF to an agent, and demands that it worked.</summary>
    public async Task MigrateAsync(string agent)
    {
        var body = $$"""{"monitoring_agent":"dmonaName://{{agent}}","key":"MONITORING_AGENT"}""";
        await Lab.DemandCompletedAsync(await Lab.BeginMigrateAsync(Vnf, body));
    }

    /// <summary>Waits until an agent is in a state, and watches so many.</summary>
    public Task DemandAgentAsync(string name, string state, string? monitors = null) => Patience.UntilAsync(
        () => Lab.Rest.GetAsync($"ext/monitoring_agents/{name}"),
        agent => agent.Text("state") == state && (monitors is null || agent.Text("monitors") == monitors),
        $"{name} {state}, with {monitors ?? "any"} monitors");

    /// <summary>The verdicts on VMs that the server acted on, as events.</summary>
    public async Task<ImmutableArray<JsonElement>> VerdictsAsync() =>
    [
        .. (await Lab.Rest.GetAsync($"ext/events?vnfInstanceId={Vnf}")).EnumerateArray()
            .Where(one => one.Text("type") == "VM_ALIVE"),
    ];

    /// <summary>Lets time pass: that nothing happens can't be waited for.</summary>
    public static Task PassAsync(TimeSpan span) =>
        Task.Delay(span, TimeProvider.System, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await Lab.DisposeAsync();
        await Witness.DisposeAsync();
    }
}
