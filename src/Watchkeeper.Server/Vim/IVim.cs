using System.Text.Json;
using Watchkeeper.Lifecycle.Instances;
using Watchkeeper.Lifecycle.Operations;

namespace Watchkeeper.Server.Vim;

/// <summary>One kind of virtualised infrastructure below us: makes VMs, and takes them away.</summary>
internal interface IVim
{
    /// <summary>The <c>vimType</c> by which clients choose it, for example HOST.</summary>
    string Kind { get; }

    /// <summary>
    /// Why a VM of this kind can't be made as asked; null when it can. Asked before anything is started.
    /// </summary>
    string? Objection(VmRequest request);

    /// <summary>
    /// Makes the VM, or finds the one it made for the same VNFC before (also before a restart of the manager).
    /// </summary>
    /// <exception cref="VimException">It could not be made; the message is for clients.</exception>
    Task<VimVm> CreateAsync(VmRequest request, CancellationToken cancellationToken);

    /// <summary>Removes the VM and all that belongs to it. Removing what is not there is harmless.</summary>
    /// <exception cref="VimException">It could not be removed; the message is for clients.</exception>
    Task DeleteAsync(VnfcId vnfc, string resourceId, CancellationToken cancellationToken);

    /// <summary>The same on behalf of an operation: one that gives its VMs time, or a VIM that fails on
    /// request.</summary>
    /// <exception cref="VimException">It could not be removed; the message is for clients.</exception>
    Task DeleteAsync(VnfcId vnfc, string resourceId, VimOperation operation, CancellationToken cancellationToken) =>
        DeleteAsync(vnfc, resourceId, cancellationToken);
}

/// <summary>What a VM is to be.</summary>
/// <param name="Vnfc">The VNFC that it realises; names the VM in the VIM.</param>
/// <param name="VnfInstance">The VNF that it is part of.</param>
/// <param name="VduId">The VDU that it is made from.</param>
/// <param name="ImagePath">The software image in the package store; null when the VDU has none.</param>
/// <param name="Cpus">Virtual CPUs of the VDU's compute flavour.</param>
/// <param name="MemoryBytes">Memory of the VDU's compute flavour.</param>
/// <param name="Environment">Settings for the program inside, from the VDU's boot data.</param>
/// <param name="NeedsIcmp">Whether an ICMP KPI watches it, so that its address must fall silent when it dies.</param>
/// <param name="Simulate">The <c>simulate</c> part of additionalParams; null when none was given.</param>
internal sealed record VmRequest(
    VnfcId Vnfc,
    VnfInstanceId VnfInstance,
    string VduId,
    string? ImagePath,
    int Cpus,
    long MemoryBytes,
    ImmutableSortedDictionary<string, string> Environment,
    bool NeedsIcmp,
    JsonElement? Simulate)
{
    /// <summary>
    /// The operation that wants the VM; null when none does. Only a VIM that fails on request looks at it.
    /// </summary>
    public VimOperation? Operation { get; init; }
}

/// <summary>The operation on whose behalf a VIM is asked.</summary>
/// <param name="Name">Its SOL003 name, for example HEAL.</param>
/// <param name="Occurrence">Its occurrence.</param>
/// <param name="VnfInstance">The VNF that it changes.</param>
/// <param name="IsRollback">Whether it is being rolled back.</param>
/// <param name="Simulate">The <c>simulate</c> part of its own additionalParams; null when none was given.</param>
internal sealed record VimOperation(
    string Name, OperationId Occurrence, VnfInstanceId VnfInstance, bool IsRollback, JsonElement? Simulate = null)
{
    /// <summary>How long a VM that is removed may take to end by itself; null for what is usual with the
    /// VIM.</summary>
    public TimeSpan? Grace { get; init; }
}

/// <summary>A VM as its VIM knows it.</summary>
/// <param name="ResourceId">The VIM's own handle.</param>
/// <param name="Address">The IP address under which agents probe it.</param>
internal sealed record VimVm(string ResourceId, string Address);

/// <summary>The VIM could not do what it was asked; the message is for clients and names what is wrong.</summary>
internal sealed class VimException(string message, Exception? inner = null) : Exception(message, inner);
