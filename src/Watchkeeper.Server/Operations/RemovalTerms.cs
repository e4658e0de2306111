using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Lifecycle.Operations;
using Watchkeeper.Server.Vim;

namespace Watchkeeper.Server.Operations;

/// <summary>On what terms the VMs of a VNF are removed.</summary>
/// <param name="OnBehalf">The operation as the VIM is told of it; null when none wants it.</param>
/// <param name="Left">What the instance is once all are gone.</param>
internal sealed record RemovalTerms(VimOperation? OnBehalf, Func<VnfInstance, VnfInstance> Left)
{
    /// <summary>Those of an earlier operation that was given up: whatever that was told holds no more.</summary>
    public static RemovalTerms OfLeftovers { get; } = new(OnBehalf: null, instance => instance);

    /// <summary>Those of an operation that leaves nothing but the instance.</summary>
    public static RemovalTerms Of(VnfLcmOpOcc operation) => new(VimOperations.Of(operation), instance => instance);
}
