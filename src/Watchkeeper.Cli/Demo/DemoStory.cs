using System.Text.Json;
using Watchkeeper.Cli.Api;
using Watchkeeper.Cli.Packages;

namespace Watchkeeper.Cli.Demo;

/// <summary>What the demo does, in order; the first thing that does not hold ends it.</summary>
internal sealed class DemoStory(DemoWorld world, Timeline timeline, TimeProvider time)
{
    private const string Local = "local_mona";
    private const string First = "dmona1";
    private const string Second = "dmona2";

    private readonly Noticing _noticing = new(time);

    public async Task RunAsync(bool keeps, CancellationToken cancellationToken)
    {
        timeline.Tell($"everything is kept in {world.Folder}");
        await world.StartServerAsync(cancellationToken);
        await world.StartAgentAsync(First, cancellationToken);
        await world.StartAgentAsync(Second, cancellationToken);

        await using var listener = CallbackListener.Start(timeline.Tell);
        await world.Api.PostAsync(
            Resource.Subscriptions, new { callbackUri = listener.Address.AbsoluteUri }, cancellationToken);
        timeline.Tell($"subscribed to notifications at {listener.Address}");

        var sample = DemoSample.Choose();
        var vnf = await CreateAsync(sample, cancellationToken);
        var vms = await InstantiateAsync(vnf, cancellationToken);
        await HandOverAsync(vnf, vms, sample, listener, cancellationToken);
        await LoseVmAsync(vnf, sample.Front(vms), cancellationToken);
        await LoseAgentAsync(cancellationToken);
        await TerminateAsync(vnf, vms, cancellationToken);
        if (keeps)
        {
            await InstantiateAsync(vnf, cancellationToken);
            await world.StartAgentAsync(Second, cancellationToken);
        }
        else
        {
            await vnf.DeleteAsync(cancellationToken);
        }

        timeline.Tell("all of it held");
    }

    private async Task<DemoVnf> CreateAsync(DemoSample sample, CancellationToken cancellationToken)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            timeline.Tell("not root: samples/minimal, watched by TCP only (ICMP needs network namespaces)");
        }

        var package = await UploadPackage.SendAsync(
            world.Api, Path.Combine(world.Samples, sample.Name), mayBuild: true, timeline.Tell, cancellationToken);
        timeline.Tell($"uploaded samples/{sample.Name}: VNFD {package.Text("vnfdId")}");
        var vnf = await DemoVnf.CreateAsync(world.Api, package, "demo", time, cancellationToken);
        timeline.Tell($"created VNF instance {vnf.Id}");
        return vnf;
    }

    private async Task<ImmutableArray<Vm>> InstantiateAsync(DemoVnf vnf, CancellationToken cancellationToken)
    {
        await vnf.InstantiateAsync(Local, cancellationToken);
        var vms = await Vm.OfAsync(world.Api, vnf.Id, world.HostFolder, cancellationToken);
        world.Remember(vms);
        timeline.Tell($"instantiated: {vms.Length} VMs alive, watched by {Local}");
        foreach (var vm in vms)
        {
            timeline.Tell($"    {vm.Vdu} {vm.Id} at {vm.Address}, process {vm.Identity.Pid}");
        }

        return vms;
    }

    private async Task HandOverAsync(
        DemoVnf vnf,
        ImmutableArray<Vm> vms,
        DemoSample sample,
        CallbackListener listener,
        CancellationToken cancellationToken)
    {
        using var held = await HeldConnection.OpenAsync(sample, sample.Front(vms), time, cancellationToken);
        var route = (string[])[Local, First, Second, Local];
        for (var leg = 1; leg < route.Length; leg++)
        {
            var (handOver, operation) = await vnf.MigrateAsync(route[leg - 1], route[leg], cancellationToken);
            timeline.Add(handOver);
            timeline.Tell($"handed over {handOver.From} -> {handOver.To} in {handOver.Took.TotalMilliseconds:0} ms");
            foreach (var vm in handOver.Vnfcs)
            {
                timeline.Tell($"    {vm.Text("vnfcInstanceId")}: gap {vm.Text("gapMs")} ms of a "
                    + $"{vm.Text("pollMs")} ms poll, excess {vm.Text("excessGapMs")} ms");
            }

            await DemandWatchedByAsync(vnf, handOver.To, cancellationToken);
            await _noticing.UntilAsync(
                $"the notification of COMPLETED of {operation}",
                _ => Task.FromResult(listener.StateOf(operation) == "COMPLETED"),
                cancellationToken);
            await held.AskAsync(cancellationToken);
        }

        var changed = vms.FirstOrDefault(vm => !vm.IsRunning);
        if (changed is not null)
        {
            throw new WkException($"Process {changed.Identity.Pid} of VM {changed.Id} did not live through it.");
        }

        timeline.Tell($"the VMs noticed nothing: same processes, same start times, one connection open all "
            + $"along ({held.Answered} answers)");
    }

    private static async Task DemandWatchedByAsync(DemoVnf vnf, string agent, CancellationToken cancellationToken)
    {
        var monitoring = await vnf.MonitoringAsync(cancellationToken);
        foreach (var vnfc in monitoring.Items("vnfcs"))
        {
            var watcher = Agents.AgentReference.NameOf(vnfc.Text("monitoring_agent"));
            if (watcher != agent || vnfc.Text("monitor") != "SET")
            {
                throw new WkException($"VM {vnfc.Text("vnfcInstanceId")} is {vnfc.Text("monitor")} by {watcher}, "
                    + $"not watched by {agent}.");
            }
        }
    }

    private async Task LoseVmAsync(DemoVnf vnf, Vm vm, CancellationToken cancellationToken)
    {
        timeline.Tell($"killing process {vm.Identity.Pid} of {vm.Vdu} {vm.Id}");
        vm.Kill();
        var took = await _noticing.UntilAsync(
            $"the death of VM {vm.Id}",
            async token => IsDown(await vnf.MonitoringAsync(token), vm.Id),
            cancellationToken);
        timeline.Tell($"noticed after {took.TotalSeconds:0.0} s: VM_ERROR_STATE");
        timeline.Tell("    (its recovery comes in a later release)");
    }

    private static bool IsDown(JsonElement monitoring, string vm) => monitoring.Items("vnfcs")
        .Any(vnfc => vnfc.Text("vnfcInstanceId") == vm && vnfc.Text("state") == "VM_ERROR_STATE");

    private async Task LoseAgentAsync(CancellationToken cancellationToken)
    {
        timeline.Tell($"killing agent {Second}");
        await world.KillAgentAsync(Second);
        var took = await _noticing.UntilAsync(
            $"the loss of agent {Second}",
            async token => (await world.Api.GetAsync(Resource.Of(Resource.Agents, Second), token))
                .Text("state") == "OFFLINE",
            cancellationToken);
        timeline.Tell($"noticed after {took.TotalSeconds:0.0} s: OFFLINE");
        timeline.Tell("    (the evacuation of its VMs comes in a later release)");
    }

    private async Task TerminateAsync(DemoVnf vnf, ImmutableArray<Vm> vms, CancellationToken cancellationToken)
    {
        await vnf.TerminateAsync(cancellationToken);
        var left = vms.FirstOrDefault(vm => vm.IsRunning);
        if (left is not null)
        {
            throw new WkException($"Process {left.Identity.Pid} of VM {left.Id} lives on after the termination.");
        }

        timeline.Tell("terminated: no VM is left");
    }
}
