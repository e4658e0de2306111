namespace Watchkeeper.Cli.Demo;

/// <summary>The sample that the demo deploys.</summary>
/// <param name="Name">Its folder below samples.</param>
/// <param name="Port">The port at which each of its VMs answers HTTP.</param>
internal sealed record DemoSample(string Name, int Port)
{
    /// <summary>With root the one whose VMs are watched by HTTP and ICMP, else the one that TCP suffices for.</summary>
    /// <remarks>An ICMP probe of a dead VM needs a network namespace of its own, and that needs root.</remarks>
    public static DemoSample Choose() =>
        Environment.IsPrivilegedProcess ? new DemoSample("web", 8080) : new DemoSample("minimal", 8080);
}
