namespace Watchkeeper.Cli.Demo;

/// <summary>The sample that the demo deploys, and the VM of it that a user would talk to.</summary>
/// <param name="Name">Its folder below samples.</param>
/// <param name="Vdu">The VDU of that VM.</param>
/// <param name="Port">The port at which it tells its status.</param>
/// <param name="IsHttp">Whether it tells it over HTTP, else as a line over TCP.</param>
internal sealed record DemoSample(string Name, string Vdu, int Port, bool IsHttp)
{
    /// <summary>With root the one whose VMs are watched by HTTP and ICMP, else the one that TCP suffices for.</summary>
    /// <remarks>An ICMP probe notices a dead VM only in a network namespace of its own, and that needs root.</remarks>
    public static DemoSample Choose() => Environment.IsPrivilegedProcess
        ? new DemoSample("web", "front", 8080, IsHttp: true)
        : new DemoSample("minimal", "server", 7000, IsHttp: false);

    /// <summary>The VM that a user would talk to.</summary>
    public Vm Front(ImmutableArray<Vm> vms) => vms.FirstOrDefault(vm => vm.Vdu == Vdu)
        ?? throw new WkException($"The VNF has no VM of VDU {Vdu}.");
}
